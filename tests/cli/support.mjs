// What the tests of the command line share: the command as a process, a database of its own, and the Worker that serves it.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { Collector } from "../../cli/lib/import/collector.mjs";
import { Portions } from "../../cli/lib/import/portions.mjs";
import { Report } from "../../cli/lib/import/report.mjs";
import { SOURCES } from "../../cli/lib/import/sources/index.mjs";
import { There } from "../../cli/lib/import/there.mjs";
import { NODE22, ROOT, WRANGLER, run, wrangler, wranglerEnv } from "../../scripts/lib/project.mjs";
import { ISSUER, secrets } from "../runtime/support/keys.mjs";

export const BIN = join(ROOT, "cli", "bin.mjs");
export const fixture = (name) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));
export const PEPPERS = [{ version: 7, key: randomBytes(32).toString("base64url") }];
const SECRETS = { ...secrets(), SECRET_PEPPERS: JSON.stringify(PEPPERS) };

/** A folder that goes at the end of the process. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), "mithril-edge-cli-"));
  process.once("exit", () => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** The command as a process: { code, stdout, stderr, json }. */
export async function cli(args, { env = {}, cwd } = {}) {
  const { code, stdout, stderr } = await run(process.execPath, ["--no-warnings", BIN, ...args], { capture: true, allowFailure: true, cwd, env: { SECRET_PEPPERS: JSON.stringify(PEPPERS), ...env } });
  let json;
  try {
    json = JSON.parse(stdout);
  } catch {
    // Not every answer is JSON.
  }
  return { code, stdout, stderr, json };
}

/** Reads an export without a database, in this process: { taken, … }, as the report has it. */
export async function readHere(source, path) {
  const report = new Report();
  const at = "2026-01-01T00:00:00Z";
  const portions = new Portions(folder(), { at, requestId: "r", size: 5000 });
  await SOURCES[source].read(path, new Collector({ source, portions, report, there: new There(), peppers: PEPPERS, at }));
  return report.json();
}

/** A local database with the migrations: { path, sql }. */
export async function database() {
  const path = folder();
  await wrangler(["d1", "migrations", "apply", "DB", "--local", "--persist-to", path], { env: { CI: "1" }, capture: true });
  const d1 = join(path, "v3", "d1", "miniflare-D1DatabaseObject");
  const file = join(d1, readdirSync(d1).find((name) => name.endsWith(".sqlite") && name !== "metadata.sqlite"));
  /** Rows of a statement, beside the Worker. */
  const sql = (text) => {
    const db = new DatabaseSync(file);
    try {
      return db.prepare(text).all().map((row) => ({ ...row }));
    } finally {
      db.close();
    }
  };
  /** Every row of every table that an import may write, but for the audit's times and request ids. */
  const dump = () =>
    JSON.stringify(
      ["client_types", "roles", "clients", "connections", "connection_secrets", "user_roles", "approvals", "access_groups"].map((table) => sql(`SELECT * FROM ${table} ORDER BY 1, 2`)).concat(sql("SELECT action, subject, fields FROM audit ORDER BY seq")),
    );
  return { path, sql, dump };
}

/** Serves a database with the built Worker. */
export async function serve(path, vars = {}) {
  const file = join(folder(), "vars");
  writeFileSync(file, Object.entries(SECRETS).map(([name, value]) => `${name}='${value}'\n`).join(""));
  const more = Object.entries({ ISSUER, ...vars }).flatMap(([name, value]) => ["--var", `${name}:${value}`]);
  const args = ["dev", "--port", "0", "--inspector-port", "0", "--persist-to", path, "--env-file", file, ...more, "--show-interactive-dev-session=false"];
  const dev = spawn(NODE22, ["--no-warnings", WRANGLER, ...args], { cwd: ROOT, env: { ...wranglerEnv(), WRANGLER_LOG: "log" }, stdio: ["ignore", "pipe", "pipe"] });
  const url = await new Promise((resolve, reject) => {
    let text = "";
    const read = (part) => {
      text += part;
      const found = /Ready on (http:\S+)/.exec(text);
      if (found) resolve(found[1]);
    };
    dev.stdout.setEncoding("utf8").on("data", read);
    dev.stderr.setEncoding("utf8").on("data", read);
    dev.once("exit", () => reject(new Error(`wrangler dev ended:\n${text}`)));
  });
  return {
    url,
    async call(path, init) {
      const answer = await fetch(new URL(path, url), init);
      const text = await answer.text();
      return { status: answer.status, text, json: text.startsWith("{") ? JSON.parse(text) : undefined };
    },
    async stop() {
      if (dev.exitCode !== null) return;
      const ended = new Promise((resolve) => dev.once("exit", resolve));
      dev.kill();
      await ended;
    },
  };
}

/** Asks for a token as a client: the status, and the token. */
export async function token(worker, clientId, secret) {
  const { status, json } = await worker.call("/oauth/token", {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  return { status, token: json?.access_token, json };
}
