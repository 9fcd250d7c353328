// The texts and the weight of the console: no browser is needed.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { SCRIPT_BUDGET, buildConsole, weighConsole } from "../../scripts/lib/console.mjs";
import { NODE22, at, run } from "../../scripts/lib/project.mjs";

const SOURCE = at("console", "src");
const sources = readdirSync(SOURCE, { recursive: true }).filter((name) => /\.tsx?$/.test(name) && !name.startsWith("texts")).map((name) => readFileSync(join(SOURCE, name), "utf8")).join("\n");

async function texts() {
  const { build } = await import("esbuild");
  const { outputFiles } = await build({ entryPoints: [join(SOURCE, "texts.ts")], write: false, bundle: true, format: "esm" });
  return (await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`)).TEXTS;
}

const places = (text) => [...text.matchAll(/\{\w+\}/g)].map(([place]) => place).sort();

test("every text is there in English and in Ukrainian, with the same places to fill", async () => {
  for (const [key, [english, ukrainian, ...more]] of Object.entries(await texts())) {
    assert.ok(english && ukrainian && more.length === 0, key);
    assert.deepEqual(places(english), places(ukrainian), key);
    if (!["id", "sub"].includes(key)) assert.match(ukrainian, /[а-яіїєґ№]|JWT/i, key);
    assert.doesNotMatch(english, /[а-яіїєґ]/i, key);
  }
});

test("every text is used, and every key that is used has a text", async () => {
  const known = await texts();
  const used = new Set([...sources.matchAll(/\b(?:t|tOr)\(\s*"([a-z_0-9]+)"/g), ...sources.matchAll(/name: "([a-z_]+)"/g), ...sources.matchAll(/[?:] "([a-z_]+_[a-z_0-9]+)"/g)].map(([, key]) => key));
  const made = /^(status|problem)_/;
  const html = readFileSync(at("console", "static", "start", "index.html"), "utf8");
  assert.deepEqual(Object.keys(known).filter((key) => !used.has(key) && !made.test(key) && !html.includes(`"${key}"`)), []);
});

test("no part of a page holds a text of its own", () => {
  const loose = [...sources.matchAll(/>\s*([A-Z][a-z]+(?: [a-z]+)+)[^<{]*</g)].map(([, text]) => text);
  assert.deepEqual(loose, []);
});

test("the types fit", async () => {
  const { code, stdout } = await run(NODE22, [at("console", "node_modules", "typescript", "bin", "tsc"), "--noEmit", "-p", at("console")], { capture: true, allowFailure: true });
  assert.equal(code, 0, stdout);
});

test("the first load stays under its budget, and a script over it stops the build", async () => {
  await buildConsole();
  const bytes = weighConsole();
  assert.ok(bytes < SCRIPT_BUDGET);
  assert.throws(() => weighConsole(bytes - 1), /may have/);
});

test("every file of the console has at most 300 lines", () => {
  const long = readdirSync(SOURCE, { recursive: true }).filter((name) => /\.tsx?$/.test(name)).filter((name) => readFileSync(join(SOURCE, name), "utf8").split("\n").length > 301);
  assert.deepEqual(long, []);
});
