// `login`, `logout` and `doctor`.
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline/promises";
import { Stop, say } from "../../../scripts/lib/project.mjs";
import { Api, CALLER, profilePath } from "../api.mjs";
import { EXIT } from "../exit.mjs";

/** The secret: of a file, of stdin, or asked for. It is no option, because others see a command line. */
async function readSecret(file) {
  if (file !== undefined) {
    try {
      return readFileSync(file === "-" ? 0 : file, "utf8").trim();
    } catch (error) {
      throw new Stop(`The secret cannot be read from ${file}: ${error.code ?? error.message}.`);
    }
  }
  if (!process.stdin.isTTY) throw new Stop("Nobody can be asked for the secret. Give --secret-file; \"-\" reads stdin.");
  const question = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await question.question("client_secret (it is shown while you type): ");
  question.close();
  return answer.trim();
}

const login = {
  name: "login", line: "URL", summary: "Remembers a service and a client, for all other verbs.",
  about: `
The client is one of the context "any", as \`admin init\` makes it. A token is fetched to try the secret. Both are kept in
$XDG_CONFIG_HOME/mithril-edge/profile.json, which only you can read. In CI, set MITHRIL_EDGE_URL, and MITHRIL_EDGE_TOKEN or
MITHRIL_EDGE_CLIENT_ID and MITHRIL_EDGE_CLIENT_SECRET, and nothing is kept.`,
  takes: [1, 1], arguments: [["URL", "the https address of the service"]],
  options: { "client-id": { value: "ID", help: "default: the client of `admin init`" }, "secret-file": { value: "FILE", help: "the secret; \"-\" reads stdin. Without it, it is asked for." } },
  async run({ values, positionals: [url] }) {
    const client = { id: values["client-id"] ?? "7c0a6f1e-3d54-4b8e-9a27-5f1d8e6b2c90", secret: await readSecret(values["secret-file"]) };
    // What the environment has must not answer for what is tried here.
    for (const name of ["MITHRIL_EDGE_TOKEN", "MITHRIL_EDGE_CLIENT_ID"]) delete process.env[name];
    Object.assign(process.env, { MITHRIL_EDGE_CLIENT_ID: client.id, MITHRIL_EDGE_CLIENT_SECRET: client.secret });
    const api = Api.of({ url });
    await api.access();
    const file = profilePath();
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(file, `${JSON.stringify({ url: api.url.origin, client_id: client.id, client_secret: client.secret })}\n`, { mode: 0o600 });
    chmodSync(file, 0o600); // an existing file keeps its mode when it is written
    say(`✔ logged in at ${api.url.origin}, with the scopes ${api.scope}`);
  },
};

const logout = {
  name: "logout", summary: "Forgets what `login` has kept.",
  async run() {
    rmSync(profilePath(), { force: true });
    say("✔ Nothing is kept any more.");
  },
};

/** When the service says that it has made a token. A token that was given may be older. */
const issuedAt = (token) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()).iat;

/** Whether a row of the audit has waited for its seal for more than five minutes. The export ends with the last sealed row. */
async function isUnsealed(api) {
  const lines = async (after) => (await api.call("GET", `/admin/audit.ndjson?after=${after}`)).text.trim().split("\n").map((line) => JSON.parse(line));
  const { head } = (await lines(Number.MAX_SAFE_INTEGER)).at(-1);
  const [next] = await lines(head.seq);
  return next.at !== undefined && Date.now() - Date.parse(next.at) > 5 * 60_000;
}

/** What the service says of its own settings and bindings: true, or what is wrong with the first one. */
async function settings(api) {
  const { problems } = (await api.call("GET", "/admin/overview")).json.data;
  const [first] = problems.filter(({ code }) => code === "setting");
  return first ? { why: first.text, mend: first.command } : true;
}

/** What is asked of a deployment: a question, how to find out (true: all is well), and the command that mends it. */
const CHECKS = [
  ["it answers", async (api) => (await api.send("GET", "/healthz")).status === 200, "npx wrangler deploy, and look at the address"],
  ["database, keys and peppers work", async (api) => (await api.send("GET", "/readyz")).status === 200, "npx wrangler d1 migrations apply DB --remote; npx wrangler secret list (docs/operating.md)"],
  ["there is an administration", async (api) => !(await api.send("GET", "/readyz")).json?.warning, "mithril-edge admin init --remote --peppers peppers.json"],
  ["its name is the address (ISSUER)", async (api) => (await api.send("GET", "/.well-known/oauth-authorization-server")).json?.issuer === api.url.origin, "set ISSUER in wrangler.toml to the served address, and deploy"],
  ["it publishes a key", async (api) => (await api.send("GET", "/.well-known/jwks.json")).json?.keys?.length > 0, "mithril-edge keys make --file keys.json; npx wrangler secret put SIGNING_KEYS < keys.json"],
  ["you are let in", async (api) => Boolean(await api.access()), "mithril-edge login URL"],
  ["its settings and bindings are whole", settings, "npm run deploy; look at [vars] of wrangler.toml"],
  ["your clock and its clock agree within a minute", async (api) => Math.abs(issuedAt(await api.access()) * 1000 - Date.now()) < 60_000 || !api.client, "set this machine's clock"],
  ["the cron seals the audit", async (api) => !(await isUnsealed(api)), "[triggers] crons in wrangler.toml, then deploy"],
];

const doctor = {
  name: "doctor", summary: "Checks a deployment, and says the command that mends what is wrong.",
  options: CALLER,
  async run({ values }) {
    const api = Api.of(values);
    const found = [];
    for (const [question, ask, command] of CHECKS) {
      let [isFine, why, mend] = [false, undefined, command];
      try {
        const answer = await ask(api);
        isFine = answer === true;
        // A check that knows better what is wrong says so, with the command.
        if (answer?.why) ({ why, mend } = answer);
      } catch (error) {
        why = error.message;
      }
      found.push({ question, isFine, ...(why && { why }), ...(!isFine && { mend }) });
      if (!values.json) console.log(isFine ? `✔ ${question}` : `✖ ${question}${why ? ` (${why})` : ""}\n    ${mend}`);
      // Without an answer there is nothing more to ask.
      if (!isFine && question === CHECKS[0][0]) break;
    }
    if (values.json) console.log(JSON.stringify(found));
    return found.every(({ isFine }) => isFine) ? EXIT.ok : EXIT.failed;
  },
};

export const SESSION = [login, logout, doctor];
