// What every script needs: the places of files and tools, messages, and how to run programs. It has no dependencies,
// because set-up runs before anything is installed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
export const at = (...parts) => join(ROOT, ...parts);

export const WORKER_BUILD = "0.8.7";
export const WASM_BINDGEN = "0.2.129";
export const CARGO_FUZZ = "0.13.2";
export const WASM_TARGET = "wasm32-unknown-unknown";

/** Tools that take minutes to compile are outside the checkout, in one directory for each version. */
export const CACHE =
  process.env.MITHRIL_EDGE_CACHE || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "mithril-edge");

const exe = process.platform === "win32" ? ".exe" : "";
export const WORKER_BUILD_BIN = join(CACHE, `worker-build-${WORKER_BUILD}`, "bin", `worker-build${exe}`);
export const WASM_BINDGEN_BIN = join(CACHE, `wasm-bindgen-cli-${WASM_BINDGEN}`, "bin", `wasm-bindgen${exe}`);
export const CARGO_FUZZ_BIN = join(CACHE, `cargo-fuzz-${CARGO_FUZZ}`, "bin", `cargo-fuzz${exe}`);

/** wrangler needs Node 22. The npm package `node` contains it, whichever Node runs this script. */
export const NODE22 = at("node_modules", "node", "bin", `node${exe}`);
export const WRANGLER = at("node_modules", "wrangler", "bin", "wrangler.js");

/** Prints a message. Messages go to stderr, because stdout is for results (`npm run -s token`). */
export const say = (text) => process.stderr.write(`${text}\n`);
/** Announces a step, in bold on a terminal. */
export const step = (text) => say(`\n\x1b[1m▸ ${text}\x1b[0m`.replace(/\x1b\[\d+m/g, (c) => (process.stderr.isTTY ? c : "")));

/** A failure that the user can fix. The message says how. */
export class Stop extends Error {}

const REASONS = {
  EACCES: "access is denied", EPERM: "access is denied", EROFS: "it cannot be written, because its file system is read-only",
  ENOENT: "it does not exist", ENOTDIR: "a part of its path is not a folder", EISDIR: "it is a folder", ENOSPC: "the disk is full",
  ECONNREFUSED: "nothing listens there", ENOTFOUND: "the host is not known", EAI_AGAIN: "the host is not known",
  ECONNRESET: "the connection was closed", EPIPE: "the reader has gone", ETIMEDOUT: "it does not answer",
  UND_ERR_CONNECT_TIMEOUT: "it does not answer", UND_ERR_SOCKET: "the connection was closed",
};

/** What the user reads about an error: a sentence when the cause is outside this code, otherwise the stack. */
export function told(error) {
  if (error instanceof Stop) return error.message;
  const cause = error?.cause?.errors?.[0] ?? error?.cause ?? error;
  const where = cause?.path ?? (cause?.address ? `${cause.address}:${cause.port}` : (cause?.hostname ?? "the other side"));
  const isFetch = error instanceof TypeError && error.message === "fetch failed";
  if (isFetch && !REASONS[cause.code]) return `The address cannot be fetched: ${cause.message}.`;
  return REASONS[cause?.code] ? `${where}: ${REASONS[cause.code]} (${cause.code}).` : (error?.stack ?? String(error));
}

/** Runs a script. A failure that the user can mend is printed as a sentence, any other with its stack. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    say(`\n✖ ${told(error)}`);
    process.exitCode = 1;
  }
}

// Wrangler sends no telemetry, and a local run fetches nothing from Cloudflare.
const QUIET = { WRANGLER_SEND_METRICS: "false", WRANGLER_HIDE_BANNER: "true", CLOUDFLARE_CF_FETCH_ENABLED: "false" };

/**
 * Runs a program to its end and returns { code, stdout, stderr }. With `capture`, its output is returned and not printed;
 * with `tee`, it is returned and printed.
 * With `allowFailure`, a failure is returned and not thrown.
 */
export function run(command, args, { capture = false, tee = false, allowFailure = false, env = {}, cwd = ROOT, stdin = "ignore" } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...QUIET, ...process.env, ...env },
      // The output of a program counts as messages, so it goes to stderr.
      stdio: capture || tee ? [stdin, "pipe", "pipe"] : [stdin, process.stderr, process.stderr],
    });
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => (stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text) => (stderr += text));
    if (tee) for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => process.stderr.write(text));
    child.on("error", (error) => (allowFailure ? resolve({ code: 127, stdout, stderr: String(error) }) : reject(error)));
    child.on("close", (code, signal) => {
      const result = { code: code ?? 1, stdout, stderr };
      if (result.code === 0 || allowFailure) return resolve(result);
      const how = signal ? `was stopped by ${signal}` : `failed with exit code ${code}`;
      reject(new Stop(`\`${[command.split("/").pop(), ...args].join(" ")}\` ${how}.${capture ? `\n${stderr || stdout}` : ""}`));
    });
  });
}

// What is captured is read, so the level of the environment must not silence it.
export const wrangler = (args, { env, ...options } = {}) =>
  run(NODE22, ["--no-warnings", WRANGLER, ...args], { ...options, env: options.capture ? { ...env, WRANGLER_LOG: "log" } : env });
export const wranglerEnv = () => ({ ...QUIET, ...process.env });

/** The value of a string in wrangler.toml, in any table. It reads only as much TOML as our own file needs. */
export function setting(key) {
  const text = readFileSync(at("wrangler.toml"), "utf8");
  return text.match(new RegExp(`^${key}\\s*=\\s*"([^"]*)"`, "m"))?.[1];
}

export const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0");
  return hash.digest("hex");
};

export const readIf = (path) => (existsSync(path) ? readFileSync(path, "utf8") : "");
