// Signals between a test and support/faulty-worker.mjs. A signal is a URL of a server in the test's own process: the
// faulty worker asks for it when something has happened, and waits until the test lets it go on. No test has to guess
// how long something takes.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { test as unlimited } from "node:test";

/** A test that fails after two minutes instead of hanging. Nothing else is decided by the time that a test takes. */
export const test = (name, body) => unlimited(name, { timeout: 120_000 }, body);

export const faults = (given) => ({ "x-faults": JSON.stringify(given) });

/** Starts the server. Call stop() in after(). */
export async function startSignals() {
  const arrivals = new Map();
  const server = createServer((request, response) => arrivals.get(request.url)(response));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

  /**
   * A signal for one use: `url` goes into x-faults. `came` resolves when the worker asks for it, and `left` when it
   * hangs up before it is released. release() answers it, now or as soon as it comes.
   */
  function signal() {
    const path = `/${randomUUID()}`;
    const [came, released, left] = [Promise.withResolvers(), Promise.withResolvers(), Promise.withResolvers()];
    const found = { url: `http://127.0.0.1:${server.address().port}${path}`, came: came.promise, left: left.promise, hasLeft: false, release: released.resolve };
    arrivals.set(path, (response) => {
      response.on("close", () => {
        if (response.writableEnded) return;
        found.hasLeft = true;
        left.resolve();
      });
      released.promise.then(() => response.end());
      came.resolve();
    });
    return found;
  }

  return {
    signal,
    /** A signal that only tells: nobody waits for its release. */
    notice() {
      const found = signal();
      found.release();
      return found;
    },
    stop() {
      server.close();
      server.closeAllConnections();
    },
  };
}
