// npm start: sets up, builds and serves the Worker with sample data. It runs the cron trigger each minute, as Cloudflare does,
// and explains the first 401.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { commandLine, misused } from "./lib/arguments.mjs";
import { database, persistTo } from "./lib/database.mjs";
import { trustedTo } from "./lib/local.mjs";
import { LOCAL_CONSOLE_CLIENT, startLocalLogin } from "./lib/local-login.mjs";
import { explainer } from "./lib/log-codes.mjs";
import { NODE22, ROOT, Stop, WRANGLER, main, say, step, wranglerEnv } from "./lib/project.mjs";
import { setup } from "./lib/ready.mjs";
import { build } from "./lib/worker.mjs";
import { mint } from "./token.mjs";

const USAGE = `Usage: npm start -- [options]

  --port N           the port (default: the first free one from 8787 on)
  --examples         also prints a curl line for each of the five documented calls
  --persist-to PATH  another folder for the local database (default: .wrangler/state)
  --ip ADDRESS       the address to listen at (default: this machine only)
  --var NAME:VALUE   sets a variable in place of wrangler.toml's; may be repeated
  --log-level LEVEL  of wrangler: debug, info, log, warn, error or none
  --inspector-port N where the debugger of the browser finds the Worker`;

const text = { type: "string" };
const { values: given } = commandLine(USAGE, {
  options: { port: text, examples: { type: "boolean" }, "persist-to": text, ip: text, var: { ...text, multiple: true }, "log-level": text, "inspector-port": text },
});
/** The options that go to wrangler as they are. */
const passed = Object.entries(given).filter(([name]) => !["port", "examples", "persist-to"].includes(name)).flatMap(([name, value]) => [value].flat().flatMap((one) => [`--${name}`, one]));

const CRON_PATH = "/cdn-cgi/local/scheduled";

const isFree = (port) =>
  new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false)).listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });

/** Chooses the port. If wrangler chose another one itself, ISSUER would be wrong. */
async function choosePort() {
  if (given.port !== undefined) {
    const port = Number(given.port);
    if (!Number.isInteger(port) || port < 1 || port > 65535) misused(`--port ${given.port} is not a port number.`, USAGE);
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
  const gone = (what) => `# The local D1 has no ${what} left. For fresh sample data, delete ${given["persist-to"] ?? ".wrangler/state"} and start again.`;
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

/** A few lines, printed last, so that the token is still on the screen. */
function welcome(url, data, token) {
  const all = examples(url, data).map(([what, line]) => `# ${what}\n${line}`);
  const shown = given.examples ? all.join("\n\n") : all[0];
  console.log(`
mithril-edge runs at ${url} (stop it with Ctrl-C). Read and try its API at ${url}/docs
The operator's console is at ${url}/console and signs in with one click.
The cron trigger runs once a minute. More calls: npm start -- --examples
This token has every scope and is valid for 12 hours. Paste both lines:

TOKEN='${token}'
${shown}
`);
}

/** Wrangler runs no cron trigger by itself. So this asks for one each minute, as wrangler.toml says for Cloudflare. */
function runCron(url) {
  const once = () => fetch(`${url}${CRON_PATH}?cron=${encodeURIComponent("* * * * *")}`).then((answer) => answer.text(), () => undefined);
  setInterval(once, 60_000).unref();
  return once();
}

/**
 * What wrangler prints before the Worker answers: some thirty lines about bindings, which would push the token off the screen.
 * They are held back, and shown when the start fails or a log level was asked for.
 */
class HeldOutput {
  #held = "";
  #isOpen;

  constructor(isOpen) {
    this.#isOpen = isOpen;
  }

  add(piece) {
    if (this.#isOpen) process.stdout.write(piece);
    else this.#held += piece;
  }

  /** Prints the part of it that `choose` picks, and from now on everything at once. */
  release(choose = (text) => text) {
    process.stdout.write(choose(this.#held));
    this.#held = "";
    this.#isOpen = true;
  }
}

/** The lines that the Worker itself wrote, for instance about a setting that is missing. */
const logLines = (text) => text.split("\n").filter((line) => line.startsWith("{")).map((line) => `${line}\n`).join("");

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
  const data = await database(given["persist-to"]);
  const token = mint({ expiresIn: 12 * 3600 });

  step(`Serving ${url} with wrangler dev`);
  const login = await startLocalLogin({ origin: () => url, mint: (issuer) => mint({ issuer, expiresIn: 12 * 3600, sub: "local-operator" }) });
  const vars = { ISSUER: url, CONSOLE_ISSUER: login.url, CONSOLE_CLIENT_ID: LOCAL_CONSOLE_CLIENT, TRUSTED_ISSUERS: trustedTo(login.url) };
  const own = ["--port", String(port), ...Object.entries(vars).flatMap(([name, value]) => ["--var", `${name}:${value}`]), "--show-interactive-dev-session=false", ...persistTo(given["persist-to"])];
  const colour = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};
  const server = spawn(NODE22, ["--no-warnings", WRANGLER, "dev", ...own, ...passed], { cwd: ROOT, env: { ...colour, ...wranglerEnv() }, stdio: ["inherit", "pipe", "inherit"] });
  const output = new HeldOutput(given["log-level"] !== undefined);
  const explain = explainer(say);
  server.stdout.setEncoding("utf8").on("data", (piece) => {
    output.add(piece);
    explain(piece);
  });
  const ended = new Promise((resolve, reject) => server.once("error", reject).once("exit", (code, signal) => resolve(signal ? 0 : code)));
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.on(signal, () => {
      stopping = true;
      server.kill(signal);
    });
  }
  if (await answers(url, server)) {
    await runCron(url);
    output.release(logLines);
    welcome(url, data, token);
  } else if (server.exitCode === null && !stopping) {
    output.release();
    say(`✖ ${url}/healthz does not answer 200. Wrangler's output says why.`);
  }
  const code = await ended;
  login.stop();
  output.release();
  if (!stopping && code !== 0) throw new Stop(`wrangler dev ended with exit code ${code}.`);
});
