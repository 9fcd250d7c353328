// npm start: sets up, builds and serves the Worker with sample data. Arguments after `--` go to wrangler dev.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { database } from "./lib/database.mjs";
import { NODE22, ROOT, Stop, WRANGLER, main, say, step, wranglerEnv } from "./lib/project.mjs";
import { setup } from "./lib/ready.mjs";
import { build } from "./lib/worker.mjs";
import { mint } from "./token.mjs";

const args = process.argv.slice(2);
/** The value of a command-line option. */
const given = (name) => {
  const at = args.findIndex((arg) => arg === `--${name}` || arg.startsWith(`--${name}=`));
  return at < 0 ? undefined : args[at].includes("=") ? args[at].split("=")[1] : args[at + 1];
};

const isFree = (port) =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });

/** Chooses the port. If wrangler chose another one itself, ISSUER would be wrong. */
async function choosePort() {
  const wanted = given("port");
  if (wanted !== undefined) {
    const port = Number(wanted);
    if (!Number.isInteger(port) || port < 1 || port > 65535) throw new Stop(`--port ${wanted} is not a port number.`);
    if (!(await isFree(port))) throw new Stop(`Port ${port} is in use. Stop the program that uses it, or choose another port: npm start -- --port ${port + 1}`);
    return port;
  }
  for (let port = 8787; port < 8887; port += 1) if (await isFree(port)) return port;
  throw new Stop("The ports from 8787 to 8886 are all in use. Choose another: npm start -- --port <port>");
}

function examples(url, { connections, role, permission }) {
  const [kept, deleted] = connections;
  const auth = '-H "Authorization: Bearer $TOKEN"';
  const path = ({ client_id, id }) => `${url}/api/clients/${client_id}/connections/${id}`;
  const gone = (what) => `# The local D1 has no ${what} left. For fresh sample data, delete .wrangler/state and start again.`;
  return [
    ["GET a role", role ? `curl -i ${auth} ${url}/admin/roles/${encodeURIComponent(role.id)}` : gone("role")],
    [
      "PATCH a connection: changes its redirect_uri and nothing else",
      kept ? `curl -i -X PATCH ${auth} -H 'Content-Type: application/json' -d '{"redirect_uri":"https://example3.com"}' ${path(kept)}` : gone("connection"),
    ],
    ["PATCH refresh_secret: makes a new secret and shows it only once", kept ? `curl -i -X PATCH ${auth} ${path(kept)}/actions/refresh_secret` : gone("connection")],
    ["DELETE another connection, for good", deleted ? `curl -i -X DELETE ${auth} ${path(deleted)}` : gone("second connection")],
    [
      "DELETE a permission of an access group",
      permission ? `curl -i -X DELETE ${auth} ${url}/Endpoint/rest/api/v1/AccessGroup/${permission.group}/Permission/${permission.id}` : gone("permission"),
    ],
  ];
}

function welcome(url, data, token) {
  const lines = examples(url, data).map(([what, line]) => `# ${what}\n${line}`);
  console.log(`
──────────────────────────────────────────────────────────────────────
mithril-edge runs at ${url}     (stop it with Ctrl-C)
Read and try its API at ${url}/docs

This token has every scope and is valid for 12 hours (for others: npm run token -- --help). Paste this line first:

TOKEN='${token}'

${lines.join("\n\n")}
──────────────────────────────────────────────────────────────────────
`);
}

async function answers(url, server) {
  for (let tries = 0; tries < 240 && server.exitCode === null; tries += 1) {
    const healthy = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5000) }).then(
      async (answer) => (await answer.text(), answer.ok),
      () => false,
    );
    if (healthy) return true;
    await sleep(250);
  }
  return false;
}

main(async () => {
  const port = await choosePort();
  const url = `http://localhost:${port}`;
  await setup();
  await build();
  const data = await database();
  const token = mint({ expiresIn: 12 * 3600 });

  step(`Serving ${url} with wrangler dev`);
  const own = [...(given("port") === undefined ? ["--port", String(port)] : []), "--var", `ISSUER:${url}`, "--show-interactive-dev-session=false"];
  const server = spawn(NODE22, ["--no-warnings", WRANGLER, "dev", ...own, ...args], { cwd: ROOT, env: wranglerEnv(), stdio: "inherit" });
  const ended = new Promise((resolve, reject) => server.once("error", reject).once("exit", (code, signal) => resolve(signal ? 0 : code)));
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      stopping = true;
      server.kill(signal);
    });
  }
  if (await answers(url, server)) welcome(url, data, token);
  else if (server.exitCode === null && !stopping) say(`✖ ${url}/healthz does not answer 200. See wrangler's output above.`);
  const code = await ended;
  if (!stopping && code !== 0) throw new Stop(`wrangler dev ended with exit code ${code}.`);
});
