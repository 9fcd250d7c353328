// Schemathesis drives the running Worker by the document that it serves: calls made from the schemas, valid and
// broken, with a token that holds every scope. It finds no 5xx, no undocumented status, no answer of another shape.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { ALL_SCOPES } from "../../scripts/lib/scopes.mjs";
import { mint } from "../runtime/support/keys.mjs";
import { startWorker } from "../runtime/support/worker.mjs";

const read = (path) => readFileSync(new URL(path, import.meta.url), "utf8");

// Not positive_data_acceptance: rules that no schema can say (a host name, an id that must exist) refuse too.
const CHECKS = [
  "not_a_server_error",
  "status_code_conformance",
  "content_type_conformance",
  "response_headers_conformance",
  "response_schema_conformance",
  "negative_data_rejection",
  "missing_required_header",
  "unsupported_method",
  "allow_header_conformance",
  "ignored_auth",
];
const EXAMPLES = 10; // for each operation, beside the coverage of each parameter's and property's edges
const LIMIT = 600_000;

const directory = mkdtempSync(join(tmpdir(), "mithril-edge-")); // Schemathesis leaves notes where it runs
let worker;
before(async () => (worker = await startWorker({ fixture: read("../../samples/sample.sql") })));
after(async () => {
  await worker?.stop();
  rmSync(directory, { recursive: true });
});

/** Shows which phases have ended, and a sign of life between them, because a run takes a minute or more. */
function showProgress(child) {
  const started = Date.now();
  const tell = (text) => process.stderr.write(`  Schemathesis: ${text}\n`);
  const sign = setInterval(() => tell(`running for ${Math.round((Date.now() - started) / 1000)} s`), 10_000);
  createInterface({ input: child.stdout }).on("line", (line) => /\(in .*\)$/.test(line) && tell(line.trim()));
  child.once("close", () => clearInterval(sign));
}

function schemathesis(document, ...args) {
  const options = [
    "run", document, "--url", new URL("/", worker.url).href,
    "--header", `Authorization: Bearer ${mint({ scope: ALL_SCOPES }, { expiresIn: 3600 })}`,
    "--phases", "examples,coverage,fuzzing", "--max-examples", String(EXAMPLES),
    "--seed", "20261121", "--generation-database", "none", "--no-shrink",
    "--checks", CHECKS.join(","), "--continue-on-failure", "--no-color",
  ];
  const settings = { cwd: directory, stdio: ["ignore", "pipe", "pipe"], timeout: LIMIT };
  const child = spawn(process.env.SCHEMATHESIS, [...options, ...args], settings);
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
  showProgress(child);
  return new Promise((resolve, reject) => {
    child.once("error", reject).once("close", (code) => resolve({ code, output }));
  });
}

/** It ends the token that it comes with, and the token is the run's. */
const LOGOUT = "/auth/logout";

const served = () => new URL("/openapi.json", worker.url).href;
const summary = (output) => output.match(/\d+ generated.*/)?.[0] ?? output;

// First what leaves the sample data there to be read and changed, then what deletes it.
test("every call that the document allows is answered as it says", async (t) => {
  const { code, output } = await schemathesis(served(), "--exclude-method", "DELETE", "--exclude-path", LOGOUT);
  assert.equal(code, 0, output);
  t.diagnostic(summary(output));
});

test("and a logout, after which its token is refused", async (t) => {
  const { code, output } = await schemathesis(served(), "--include-path", LOGOUT);
  assert.equal(code, 0, output);
  t.diagnostic(summary(output));
});

test("and every call that deletes", async (t) => {
  const { code, output } = await schemathesis(served(), "--include-method", "DELETE");
  assert.equal(code, 0, output);
  t.diagnostic(summary(output));
});

test("an answer that is not as the document says is found", async () => {
  const file = join(directory, "openapi.json");
  const document = JSON.parse(read("../../public/openapi.json"));
  document.paths["/healthz"].get.responses[200].content["application/json"].schema.properties.status.enum = ["fine"];
  writeFileSync(file, JSON.stringify(document));
  const { code, output } = await schemathesis(file, "--include-path", "/healthz");
  assert.equal(code, 1, output);
  assert.match(output, /"ok" is not one of/);
});
