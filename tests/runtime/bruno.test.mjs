// The Bruno collection: it is what the OpenAPI document makes, and its first folder can be run from top to bottom.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { test } from "node:test";
import { STORY } from "../../scripts/lib/bruno-story.mjs";
import { collection, request } from "../../scripts/lib/bruno.mjs";
import { at } from "../../scripts/lib/project.mjs";

const document = JSON.parse(readFileSync(at("public", "openapi.json"), "utf8"));
const files = collection(document);

test("the committed collection is what the document makes (npm run bruno writes it)", () => {
  const committed = readdirSync(at("bruno"), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = committed.map((entry) => relative(at("bruno"), join(entry.parentPath ?? entry.path, entry.name)).split(sep).join("/"));
  assert.deepEqual(names.sort(), Object.keys(files).sort());
  for (const name of names) assert.equal(readFileSync(at("bruno", name), "utf8"), files[name], name);
});

test("every operation of the document has one request, with its parameters, and its token where it needs one", () => {
  const operations = Object.entries(document.paths).flatMap(([path, item]) => Object.entries(item).map(([method, operation]) => [path, method, operation]));
  for (const [path, method, { operationId, security }] of operations) {
    const [name, ...others] = Object.keys(files).filter((file) => file.endsWith(`/${operationId}.bru`));
    assert.ok(name && others.length === 0, operationId);
    const text = files[name];
    assert.ok(text.includes(`\n${method} {\n  url: {{url}}${path.replace(/\{(\w+)\}/g, ":$1")}\n`), text);
    for (const [, parameter] of path.matchAll(/\{(\w+)\}/g)) assert.match(text, new RegExp(`params:path \\{[^}]*\\n  ${parameter}: .`));
    const needsToken = security.some((requirement) => "token" in requirement);
    assert.equal(text.includes("\n  auth: inherit\n"), needsToken, operationId);
  }
  assert.equal(Object.keys(files).filter((name) => name.endsWith(".bru") && !/(^|\/)(folder|collection|local)\.bru$/.test(name)).length, operations.length + STORY.length);
});

test("no request names its client twice, and none holds a secret of the examples", () => {
  const inBodies = Object.entries(files).filter(([, text]) => text.includes("client_secret"));
  assert.ok(inBodies.length >= 3);
  for (const [name, text] of inBodies) {
    assert.ok(!text.includes("auth:basic"), name);
    assert.match(text, /"?client_secret"?: "?\{\{secret\}\}/, name);
  }
  for (const [name, text] of Object.entries(files)) assert.ok(!text.includes("mes_"), name);
});

test("the token story is the first folder, and each of its requests knows all that it uses", () => {
  const [first] = Object.keys(files).filter((name) => name.endsWith("/folder.bru") && files[name].includes("\n  seq: 1\n"));
  assert.match(files[first], /name: The token story/);
  const known = new Set(["url", "token"]);
  for (const [at, step] of STORY.entries()) {
    for (const [, used] of request(step, at + 1).matchAll(/\{\{(\w+)\}\}/g)) assert.ok(known.has(used), `${step.name}: ${used}`);
    for (const [, kept] of (step.script ?? "").matchAll(/setVar\("(\w+)"/g)) known.add(kept);
    assert.ok(step.tests["res.status"], step.name);
  }
});
