// The OpenAPI documents as they are served: static assets, with the address of the service put in. They pass a published
// linter.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { ISSUER } from "./support/keys.mjs";
import { startWorker } from "./support/worker.mjs";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const read = (name) => readFileSync(join(ROOT, "public", name), "utf8");
const COMMITTED = read("openapi.json");
const DOCUMENTS = ["openapi.json", "openapi.mithril.json", "openapi.endpoint.json"];

let worker;
before(async () => (worker = await startWorker()));
after(() => worker?.stop());

/** By way of the address, where files come before the Worker; `worker.fetch` goes to the Worker itself. */
const call = (path, init) => fetch(new URL(path, worker.url), { redirect: "manual", ...init });

function lint(file) {
  const args = [join(ROOT, "node_modules", "@redocly", "cli", "bin", "cli.js"), "lint", file, "--config", join(ROOT, "redocly.yaml")];
  const env = { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true", NO_COLOR: "1" };
  const child = spawn(process.execPath, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve({ code, output }));
  });
}

test("each committed document is served with the service's address, to pages of any origin", async () => {
  for (const name of DOCUMENTS) {
    const answer = await call(`/${name}`);
    assert.equal(answer.status, 200);
    assert.match(answer.headers.get("content-type"), /^application\/json/);
    assert.equal(answer.headers.get("access-control-allow-origin"), "*");
    assert.equal(answer.headers.get("cache-control"), "public, max-age=300");
    assert.equal(answer.headers.get("etag"), null);
    const { servers, ...rest } = await answer.json();
    const { servers: committed, ...same } = JSON.parse(read(name));
    assert.deepEqual(rest, same);
    assert.deepEqual(servers, [{ url: ISSUER, description: "The service that serves this document." }]);
    assert.notDeepEqual(servers, committed);
  }
});

test("the Endpoint document is at the addresses that the vendor's documents print, and at no other", async () => {
  const root = "/Endpoint/rest";
  const { paths } = JSON.parse(read("openapi.endpoint.json"));
  for (const [path, type] of [
    ["/doc/AccessGroups", /^application\/json/],
    ["/doc/Endpoint/", /^application\/json/],
    ["/Doc/Roles", /^application\/json/],
    ["/Doc/v3/Json/Users", /^text\/plain/],
    ["/doc/v3/Yaml/Applications/", /^text\/plain/],
  ]) {
    const answer = await call(root + path);
    assert.deepEqual([answer.status, answer.headers.get("x-content-type-options")], [200, "nosniff"], path);
    assert.match(answer.headers.get("content-type"), type, path);
    const document = await answer.json();
    assert.deepEqual([document.servers[0].url, document.paths], [ISSUER, paths], path);
    const head = await call(root + path, { method: "HEAD" });
    assert.deepEqual([head.status, await head.text()], [200, ""], path);
  }
  for (const path of ["/doc/Departments", "/doc", "/Doc/v1/Json/Roles", "/Doc/v2/Yaml/Roles", "/Doc/v3/json/Roles", "/Doc/v3/Roles", "/doc/Roles/x"]) {
    const answer = await call(root + path);
    assert.deepEqual([answer.status, (await answer.json()).Type], [404, "/Errors/Not Found"], path);
  }
});

test("HEAD of a document has no body, and nothing can be written to it", async () => {
  for (const name of DOCUMENTS) {
    const head = await call(`/${name}`, { method: "HEAD" });
    assert.deepEqual([head.status, head.headers.get("access-control-allow-origin"), await head.text()], [200, "*", ""]);
    const post = await call(`/${name}`, { method: "POST", body: "{}" });
    assert.equal(post.status, 405);
  }
});

test("what is no file reaches the Worker", async () => {
  for (const [path, status] of [["/healthz", 200], ["/healthz/", 200], ["/admin/roles/", 401], ["/admin/roles/x", 401], ["/docs/nothing", 404], ["/", 404], ["/openapi.other.json", 404], ["/openapi", 404]]) {
    const answer = await call(path);
    const { meta } = await answer.json();
    assert.deepEqual([answer.status, meta?.code], [status, path.startsWith("/healthz") ? undefined : status], path);
  }
});

test("every path of the document belongs to the Worker and not to a file, with a slash at its end too", async () => {
  const served = readFileSync(join(ROOT, "wrangler.toml"), "utf8").match(/run_worker_first = (\[.*\])/)[1];
  const isFirst = (path) => JSON.parse(served).some((pattern) => (pattern.endsWith("*") ? path.startsWith(pattern.slice(0, -1)) : path === pattern));
  const astray = Object.keys(JSON.parse(COMMITTED).paths).flatMap((path) => [path, `${path}/`]).filter((path) => !isFirst(path));
  assert.deepEqual(astray, []);
});

test("the linter has nothing to say", async () => {
  for (const name of DOCUMENTS) {
    const { code, output } = await lint(join(ROOT, "public", name));
    assert.equal(code, 0, output);
  }
});

test("the linter finds an example that is not of its schema", async () => {
  const directory = mkdtempSync(join(tmpdir(), "mithril-edge-"));
  try {
    const file = join(directory, "openapi.json");
    writeFileSync(file, COMMITTED.replaceAll('"code":200', '"code":"200"'));
    const { code, output } = await lint(file);
    assert.equal(code, 1, output);
    assert.match(output, /no-invalid-media-type-examples/);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
