// One set-up or build at a time: a directory is made or it is there, which every file system does atomically.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./project.mjs";

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
};

/** A holder that died, or that never got to write its pid, does not hold the lock. */
function abandoned(path) {
  try {
    return !alive(Number(readFileSync(join(path, "pid"), "utf8")));
  } catch {
    try {
      return Date.now() - statSync(path).mtimeMs > 10_000;
    } catch {
      return false;
    }
  }
}

export async function withLock(path, what, body) {
  mkdirSync(dirname(path), { recursive: true });
  for (let told = false; ; ) {
    try {
      mkdirSync(path);
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    if (abandoned(path)) {
      rmSync(path, { recursive: true, force: true });
      continue;
    }
    if (!told) say(`  another run is at work on ${what}; waiting for it`);
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
