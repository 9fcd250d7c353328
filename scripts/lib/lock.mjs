// Allows one set-up or build at a time. The lock is a directory, because every file system makes a directory atomically.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./project.mjs";

const isAlive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
};

/** Whether the process that made the lock has died, perhaps before it wrote its pid. */
function isAbandoned(path) {
  try {
    return !isAlive(Number(readFileSync(join(path, "pid"), "utf8")));
  } catch {
    try {
      return Date.now() - statSync(path).mtimeMs > 10_000;
    } catch {
      return false;
    }
  }
}

/** Runs `body` while no other process holds the lock at `path`. `what` names the work in the message of a wait. */
export async function withLock(path, what, body) {
  mkdirSync(dirname(path), { recursive: true });
  for (let told = false; ; ) {
    try {
      mkdirSync(path);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (isAbandoned(path)) {
      rmSync(path, { recursive: true, force: true });
      continue;
    }
    if (!told) say(`  waiting for another run that works on ${what}`);
    told = true;
    await sleep(500);
  }
  const release = () => rmSync(path, { recursive: true, force: true });
  try {
    writeFileSync(join(path, "pid"), String(process.pid));
    return await body();
  } finally {
    release();
  }
}
