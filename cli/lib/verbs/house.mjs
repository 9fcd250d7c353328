// Verbs that are commands of this repository under one name. The old names stay: `npm run keys` and the others.
import { spawn } from "node:child_process";
import { at } from "../../../scripts/lib/project.mjs";
import { Api, CALLER } from "../api.mjs";
import { Misuse } from "../args.mjs";

/** Runs a script of the repository with the terminal as it is, and returns its exit code. */
const script = (file, args, env = {}) =>
  new Promise((resolve) => {
    spawn(process.execPath, [at("scripts", file), ...args], { stdio: "inherit", env: { ...process.env, ...env } }).once("exit", (code) => resolve(code ?? 1));
  });

/** A verb that hands its arguments over. `old` is the npm command. */
const handed = (name, summary, file, old) => ({ name, summary, old, handed: (args) => script(file, args) });

const tail = {
  name: "audit tail", summary: "Shows the last rows of the audit.",
  options: { ...CALLER, rows: { value: "N", help: "how many rows, up to 300 (default 20)" } },
  async run({ values }) {
    const rows = Number(values.rows ?? 20);
    if (!(Number.isInteger(rows) && rows >= 1 && rows <= 300)) throw new Misuse(`--rows is a whole number from 1 to 300, not "${values.rows}".`);
    const api = Api.of(values);
    const page = async (number) => (await api.call("GET", `/admin/audit?page_size=${rows}&page=${number}`)).json;
    // The list begins with the oldest row, and the last page may be short.
    const last = Math.max(1, Math.ceil((await page(1)).paging.total_entries / rows));
    const shown = [...(last > 1 ? (await page(last - 1)).data : []), ...(await page(last)).data].slice(-rows);
    for (const row of shown) console.log(values.json ? JSON.stringify(row) : `${row.at}  ${row.actor}  ${row.action}  ${row.subject}  ${[].concat(row.fields ?? []).join(",")}`);
  },
};

const exporting = {
  name: "audit export", summary: "Writes the whole audit to stdout, as lines of JSON.",
  options: { url: CALLER.url, after: { value: "SEQ", help: "begins after this row" } },
  examples: ["mithril-edge audit export > audit.ndjson"],
  async run({ values }) {
    const api = Api.of(values);
    return script("audit-export.mjs", [api.url.origin], { AUDIT_TOKEN: await api.access(), ...(values.after !== undefined && { AUDIT_AFTER: values.after }) });
  },
};

const review = {
  name: "review export", summary: "Writes a closed access review to stdout: its items as lines of JSON, then the signed record.",
  line: "ID", takes: [1, 1], arguments: [["ID", "of the review"]],
  options: { url: CALLER.url },
  examples: ["mithril-edge review export 7d0c2f4a-61b8-5e39-9a47-2f8b6c1d5e02 > review.ndjson"],
  async run({ values, positionals: [id] }) {
    const api = Api.of(values);
    return script("review-export.mjs", [api.url.origin, id], { REVIEW_TOKEN: await api.access() });
  },
};

export const HOUSE = [
  tail,
  exporting,
  handed("audit verify", "Checks an export of the audit, offline.", "audit-verify.mjs", "audit:verify"),
  review,
  handed("review verify", "Checks an exported access review against the keys that signed it, offline.", "review-verify.mjs", "review:verify"),
  handed("keys", "Makes, lists, adds, rotates and retires the keys that sign tokens. A step before its time is refused.", "keys.mjs", "keys"),
  handed("peppers", "The same for the peppers of secrets' digests.", "peppers.mjs", "peppers"),
  handed("issuers", "Makes and changes the list of trusted issuers.", "issuers.mjs", "issuers"),
  handed("admin init", "Makes the first administration of a database.", "admin-init.mjs", "admin:init"),
  handed("token", "Makes a token of the local login issuer, for trying.", "token.mjs", "token"),
  handed("deploy", "Checks the settings and deploys the Worker.", "deploy.mjs", "deploy"),
];
