// The built Worker in workerd over the real local D1, with a counter before D1, KV and the internet.
import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { request as send } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compatibility } from "../bench/lib/contestants.mjs";
import { LOGIN, digest, mint, settings } from "../bench/lib/keys.mjs";
import { statementsOf } from "../bench/lib/seed.mjs";
import { answers, freePort, start, writeConfig } from "../bench/lib/workerd.mjs";
import { newKey } from "../scripts/lib/jwt.mjs";
import { Stop, at } from "../scripts/lib/project.mjs";
import { ADMIN, ALL_SCOPES } from "../scripts/lib/scopes.mjs";

/** The connection of the samples that authenticates, and its client. */
export const CLIENT = "1380df72-275a-11e7-93ae-92361f002671";
export const CONNECTION = "e5372365-d47a-467f-81d0-f35117864352";

const SQL = ["migrations", "samples"].flatMap((folder) =>
  readdirSync(at(folder)).filter((name) => name.endsWith(".sql")).sort().map((name) => readFileSync(at(folder, name), "utf8")));
const FOLDER = /^(_|sqlite_)/;

const insert = (table, row) => ({
  sql: `INSERT OR REPLACE INTO ${table} (${Object.keys(row).join(", ")}) VALUES (${Object.keys(row).map((_, at) => `?${at + 1}`).join(", ")})`,
  params: Object.values(row),
});

/** Starts the service: { call, sql, reset, counted, cron, stop, token, userToken, secret }. */
export async function startService() {
  const entry = at("build", "index.js");
  if (!existsSync(entry)) throw new Stop("There is no build: run `npm run build` first.");
  const dir = mkdtempSync(join(tmpdir(), "mithril-cost-"));
  const database = join(dir, "d1");
  mkdirSync(database);
  const random = () => randomBytes(32).toString("base64url");
  const keys = { own: newKey("ES256", "own-1"), trusted: { ES256: newKey("ES256", "login") }, pepper: random() };
  const secret = `mes_${random()}`;
  const ports = { port: await freePort(), controlPort: await freePort(), d1Port: await freePort() };
  const counter = at("cost", "counter.js");
  const config = writeConfig(dir, { entry, bindings: settings(keys), d1: "counted", counter, compat: compatibility(), database, ...ports });
  const workerd = start(config, dir);
  const stop = async () => {
    await workerd.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  const sql = async (statements) => {
    const answer = await fetch(`http://127.0.0.1:${ports.d1Port}/query?resultsFormat=ARRAY_OF_OBJECTS`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(statements.map((one) => (typeof one === "string" ? { sql: one, params: [] } : one))),
    });
    const body = await answer.json();
    const failed = [body].flat().find(({ success }) => !success);
    if (failed) throw new Error(`D1: ${failed.error}`);
    return [body].flat();
  };
  const control = async (path) => (await fetch(`http://127.0.0.1:${ports.controlPort}${path}`)).json();

  try {
    for (const port of Object.values(ports)) await answers(port);
    await sql(SQL.flatMap(statementsOf));
    const now = new Date().toISOString().slice(0, 19) + "Z";
    await sql([
      {
        sql: "INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at) VALUES ('secret-1', ?1, ?2, 1, ?3, ?4)",
        params: [CONNECTION, digest(keys, secret), secret.slice(-4), now],
      },
    ]);
  } catch (error) {
    await stop();
    throw error;
  }

  const tables = (await sql(["SELECT name FROM sqlite_schema WHERE type = 'table'"]))[0].results.map(({ name }) => name).filter((name) => !FOLDER.test(name));
  const rowsOf = async (name) => (await sql([`SELECT * FROM ${name}`]))[0].results.map((row) => insert(name, row));
  const kept = (await Promise.all(tables.filter((name) => name !== "totals" && name !== "audit").map(rowsOf))).flat();
  // Triggers count while the rows are inserted, so the totals come last.
  const totals = await rowsOf("totals");

  const token = (sub) => mint(keys.trusted.ES256, { iss: LOGIN, sub, scope: ALL_SCOPES, ...ADMIN });
  const [user] = (await sql([{ sql: "SELECT user_id FROM user_roles WHERE client_id = ?1 ORDER BY inserted_at LIMIT 1", params: [CLIENT] }]))[0].results;

  return {
    stop,
    sql,
    secret,
    /** A token of the administrator of the samples, with every scope. */
    token: token("admin"),
    /** The same for a user who has a role at the sample client. */
    userToken: token(user.user_id),
    /** { status, json } of a call. */
    async call({ method, path, headers = {}, body }) {
      // `fetch` sends no body with a GET, and Node does not tell the length of one.
      const length = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
      const answer = await new Promise((resolve, reject) => {
        send({ host: "127.0.0.1", port: ports.port, method, path, headers: { ...headers, ...length } }, resolve).on("error", reject).end(body);
      });
      const text = (await answer.toArray()).join("");
      const isJson = answer.headers["content-type"]?.startsWith("application/json");
      return { status: answer.statusCode, text, json: isJson ? JSON.parse(text) : undefined };
    },
    /** What `work` reads and writes: { read, written, trips, kvRead, kvWritten, fetches }. */
    async counted(work) {
      await control("/reset");
      await work();
      return control("/stats");
    },
    /** Runs the cron trigger. */
    cron: () => control("/cron"),
    /** The samples as they were. The audit keeps its last row, so that the numbers go on. */
    async reset() {
      const clear = tables.map((name) => (name === "audit" ? "DELETE FROM audit WHERE seq < (SELECT max(seq) FROM audit)" : `DELETE FROM ${name}`));
      await sql(["PRAGMA defer_foreign_keys = ON", ...clear, ...kept, ...totals]);
    },
  };
}
