// `npm start` in its own process, as a newcomer runs it, with a local database of its own.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { ROOT } from "../../scripts/lib/project.mjs";

const hasCurl = spawnSync("curl", ["--version"]).status === 0;
const folder = mkdtempSync(join(tmpdir(), "mithril-edge-start-"));
let server, url;
let output = "";

async function freePort() {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address();
  probe.close();
  return port;
}

/** Waits until what the command has printed matches. */
async function printed(pattern) {
  for (;;) {
    const found = pattern.exec(output);
    if (found) return found;
    if (server.exitCode !== null) assert.fail(`npm start has ended:\n${output}`);
    await once(server.stdout, "data");
  }
}

before(async () => {
  const port = await freePort();
  url = `http://localhost:${port}`;
  const args = ["scripts/start.mjs", "--port", String(port), "--persist-to", folder, "--examples"];
  const { WRANGLER_LOG: _, ...env } = process.env;
  server = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [server.stdout, server.stderr]) stream.setEncoding("utf8").on("data", (piece) => (output += piece));
  await printed(/DELETE a permission[^\n]*\ncurl [^\n]*\n/);
});
after(() => {
  server?.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const curl = (line) => spawnSync("sh", ["-c", line.replace("curl -i", "curl -s -o /dev/null -w '%{http_code}'")], { encoding: "utf8" }).stdout;

test("the token is still on the screen: after it come the examples alone, and before it no table of wrangler's", () => {
  assert.doesNotMatch(output, /binding|Using vars/i);
  const [, block] = output.split("mithril-edge runs at");
  assert.ok(block.split("\n").length < 30, block);
});

test("each printed line works with the printed token, in their order", { skip: !hasCurl && "no curl here" }, () => {
  const [token] = /^TOKEN='[^']+'$/m.exec(output);
  const lines = [...output.matchAll(/^curl .*$/gm)].map(([line]) => line);
  assert.deepEqual(lines.map((line) => curl(`${token}\n${line}`)), ["200", "200", "200", "200", "200"]);
});

test("the console signs in with one click: the login service of this machine gives a token that works, and only to it", async () => {
  const config = await (await fetch(`${url}/console/config`)).json();
  assert.equal(config.local, true);
  const { authorization_endpoint, token_endpoint } = await (await fetch(`${config.issuer}/.well-known/openid-configuration`)).json();
  const verifier = "v".repeat(43);
  const code_challenge = createHash("sha256").update(verifier).digest("base64url");
  const asked = { response_type: "code", client_id: config.client_id, redirect_uri: `${url}/console/sign-in`, state: "s", code_challenge, code_challenge_method: "S256" };
  const code = async () => new URL((await fetch(`${authorization_endpoint}?${new URLSearchParams(asked)}`, { redirect: "manual" })).headers.get("location")).searchParams.get("code");
  const exchange = (given, code_verifier, origin = url) => fetch(token_endpoint, { method: "POST", headers: { origin }, body: new URLSearchParams({ code: given, code_verifier }) });
  assert.equal((await exchange(await code(), verifier, "https://elsewhere.example")).status, 404);
  assert.equal((await exchange(await code(), "w".repeat(43))).status, 400);
  const good = await code();
  const { access_token } = await (await exchange(good, verifier)).json();
  assert.equal((await exchange(good, verifier)).status, 400);
  assert.equal((await fetch(`${url}/admin/overview`, { headers: { authorization: `Bearer ${access_token}` } })).status, 200);
});

test("the service is ready, and the cron trigger has run", async () => {
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  await printed(/"event":"housekeeping"/);
});

test("the first 401 is explained below its line, and the second is not", async () => {
  const wrong = () => fetch(`${url}/admin/roles`, { headers: { authorization: "Bearer none" } });
  assert.equal((await wrong()).status, 401);
  await printed(/– The first 401\. Its log line has the code token_malformed: .+\n {2}docs\/operating\.md explains every code\./);
  assert.equal((await wrong()).status, 401);
  await printed(/("status":401[\s\S]*){2}/);
  assert.equal(output.split("– The first 401").length, 2);
});

test("Ctrl-C ends it, and nothing listens any more", async () => {
  server.kill("SIGINT");
  await once(server, "exit");
  assert.equal(server.exitCode, 0);
  await assert.rejects(fetch(`${url}/healthz`));
});
