// The built Worker of wrangler.toml in workerd, with an empty D1 made by the migrations and an empty KV, both gone
// at the end. One per test file: starting takes a second or two.
import { randomUUID } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestHarness, unstable_readConfig as readConfig } from "wrangler";
import { ISSUER, secrets as testSecrets } from "./keys.mjs";

/** Milliseconds after which a log line that has not come is taken as missing, so that a test fails instead of hanging. */
const LINE_LIMIT = 60_000;

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
process.env.CLOUDFLARE_CF_FETCH_ENABLED ??= "false"; // request.cf is a placeholder; nothing is asked of the internet

/**
 * wrangler.toml as it is, except that its paths are absolute: the harness is rooted in an empty directory, since it
 * would otherwise lay the developer's own .dev.vars under the settings of a test.
 */
function config(vars, { ratelimits, main, archive }) {
  const asIs = readConfig({ config: join(ROOT, "wrangler.toml") }, { hideWarnings: true });
  const kept = ["name", "main", "compatibility_date", "compatibility_flags", "rules", "kv_namespaces", "ratelimits"];
  return {
    ...Object.fromEntries(kept.map((key) => [key, asIs[key]])),
    assets: { ...asIs.assets, directory: join(ROOT, asIs.assets.directory) },
    ...(ratelimits && { ratelimits }),
    ...(archive && { r2_buckets: [{ binding: "AUDIT", bucket_name: "mithril-edge-audit" }] }),
    ...(main && { main }),
    build: { command: asIs.build.command, cwd: ROOT }, // does nothing unless a source has changed: no stale wasm
    d1_databases: asIs.d1_databases.map((db) => ({ ...db, migrations_dir: join(ROOT, db.migrations_dir) })),
    vars: { ...asIs.vars, ISSUER, ...vars },
  };
}

export const FIXTURE = readFileSync(new URL("./fixture.sql", import.meta.url), "utf8");

/**
 * Starts the Worker. `vars` and `secrets` are laid over those of wrangler.toml and support/keys.mjs (a secret of
 * undefined is left unset); `fixture` is SQL to load, "" for an empty database; `ratelimits` and
 * `main` (a path) replace those of wrangler.toml; `archive` binds a bucket of R2. Call stop() in after().
 */
export async function startWorker({ vars = {}, secrets = {}, fixture = FIXTURE, ...others } = {}) {
  const given = Object.entries({ ...testSecrets(), ...secrets, ...vars }).filter(([, value]) => value !== undefined);
  const root = mkdtempSync(join(tmpdir(), "mithril-edge-"));
  process.once("exit", () => rmSync(root, { recursive: true, force: true }));
  const server = createTestHarness({ root, workers: [{ config: config(Object.fromEntries(given), others) }] });
  const { url } = await server.listen();
  const worker = server.getWorker();
  await worker.applyD1Migrations("DB");
  const env = await worker.getEnv();

  const statement = (text, values) => (values.length > 0 ? env.DB.prepare(text).bind(...values) : env.DB.prepare(text));

  /** Rows of one statement, read or write, straight in the D1 that the Worker uses. */
  const sql = async (text, ...values) => (await statement(text, values).run()).results;

  /** Several statements without parameters, in one transaction; comments and blank lines are fine. */
  const load = async (text) => {
    const statements = split(text);
    if (statements.length > 0) await env.DB.batch(statements.map((one) => env.DB.prepare(one)));
  };
  await load(fixture);
  server.clearLogs();

  const lines = () => server.getLogs().map(({ level, message }) => ({ level, text: String(message), json: parsed(String(message)) }));

  /** The last line with this id, once it has come through the pipe of the log. The harness tells nobody that a line came. */
  async function lineOf(id) {
    for (const limit = Date.now() + LINE_LIMIT; Date.now() < limit; await new Promise((resolve) => setTimeout(resolve, 2))) {
      const found = lines().findLast(({ json }) => json?.request_id === id);
      if (found) return found.json;
    }
    throw new Error(`no log line for ${id}`);
  }

  /** Waits for the line of one more request: lines keep their order, so all earlier ones have come by then. Its id. */
  async function drain() {
    const id = randomUUID();
    await (await worker.fetch("/healthz", { headers: { "x-request-id": id } })).text();
    await lineOf(id);
    return id;
  }

  return {
    url,
    /** The answer, its body already read: { url (without query), status, headers, text, json (undefined when it is none) }. */
    async fetch(path, init = {}) {
      const answer = await worker.fetch(path, { redirect: "manual", ...init });
      const text = await answer.text(); // unread bodies disturb the next request
      return { url: url.origin + new URL(path, url).pathname, status: answer.status, headers: answer.headers, text, json: parsed(text) };
    },
    /** The same over a plain socket, for what fetch will not send: raw paths, chunked bodies, odd methods. */
    async send(path, { method = "GET", headers = {}, chunks } = {}) {
      const [status, found, text] = await exchange({ host: url.hostname, port: url.port, path, method, headers }, chunks);
      return { url: url.origin + path.split("?")[0], status, headers: new Headers(found), text, json: parsed(text) };
    },
    /** The cron trigger, to its end. */
    scheduled: () => worker.scheduled({ cron: "* * * * *", scheduledTime: new Date() }),
    sql,
    load,
    /** The database as it was at the start. What the isolate remembers stays. */
    async reset() {
      const tables = await sql("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '[_]*' AND name NOT IN ('d1_migrations', 'sqlite_sequence')");
      await env.DB.batch(["PRAGMA defer_foreign_keys = ON", ...tables.map(({ name }) => `DELETE FROM ${name}`)].map((one) => env.DB.prepare(one)));
      await load(fixture);
    },
    kv: env.CACHE,
    archive: env.AUDIT,
    /** Console lines since the start or clearLogs(): [{ level, text, json }]. The Worker writes one JSON line a request. */
    async logs() {
      const last = await drain();
      return lines().filter(({ json }) => json?.request_id !== last);
    },
    /** The log line of an answer, once it has come through. */
    line: (answer) => lineOf(answer.headers.get("x-request-id")),
    /** Forgets the lines of everything that has been answered by now. */
    async clearLogs() {
      await drain();
      server.clearLogs();
    },
    /** Frees the memory of the lines that have come, without waiting for others. */
    dropLogs: () => server.clearLogs(),
    stop: () => server.close(),
  };
}

/** The Worker whose bindings wait and fail as support/faulty-worker.mjs says. */
export const startFaultyWorker = (options = {}) => startWorker({ ...options, main: fileURLToPath(new URL("./faulty-worker.mjs", import.meta.url)) });

function exchange(options, chunks = []) {
  return new Promise((resolve, reject) => {
    const sent = request(options, async (answer) => {
      let text = "";
      for await (const part of answer.setEncoding("utf8")) text += part;
      resolve([answer.statusCode, Object.entries(answer.headers).map(([name, value]) => [name, String(value)]), text]);
    });
    sent.on("error", reject);
    for (const chunk of chunks) sent.write(chunk);
    sent.end();
  });
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Statements end with a semicolon before a line that is not indented, which is how our SQL files are written. */
function split(text) {
  return text
    .replace(/^\s*--.*$/gm, "")
    .split(/;\s*\n(?=(?!END\b)\S)|;\s*$/)
    .map((one) => one.trim())
    .filter(Boolean);
}
