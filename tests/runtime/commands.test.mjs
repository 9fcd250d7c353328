// Every command of package.json, in its real process: what it does not know is refused with one sentence and its usage,
// before anything is done. Then the commands whose words were once unclear. Needs no Worker.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { after, test } from "node:test";
import { withoutRepeatedKeys } from "../../scripts/lib/bundle.mjs";
import { explainer, meaning } from "../../scripts/lib/log-codes.mjs";
import { ROOT, Stop, at, told } from "../../scripts/lib/project.mjs";
import { inWords, nativeTotals, sum } from "../../scripts/lib/totals.mjs";

const { scripts } = JSON.parse(readFileSync(at("package.json"), "utf8"));
/** [name, arguments of node]: `npm ci` before the bench is no part of its arguments. */
const COMMANDS = Object.entries(scripts).map(([name, line]) => [name, line.split("&& ").pop().split(" ").slice(1)]);

const folder = mkdtempSync(join(tmpdir(), "mithril-edge-commands-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function run(args, env = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: "utf8", env: { ...process.env, ...env }, timeout: 120_000 });
  return { status, stdout, stderr };
}
const refusal = (args) => {
  const { status, stdout, stderr } = run(args);
  const [sentence, empty, usage] = stderr.split("\n");
  assert.deepEqual([status, stdout, empty], [2, "", ""], stderr);
  assert.match(sentence, /^✖ .*\.$/);
  assert.match(usage, /^Usage: /);
  return sentence;
};

for (const [name, script] of COMMANDS) {
  test(`npm run ${name} refuses an option and arguments that it does not know, and --help prints its usage`, () => {
    assert.equal(refusal([...script, "--frob"]), "✖ There is no option --frob.");
    assert.equal(refusal([...script, "--help=frob"]), "✖ --help takes no value.");
    // The names of native tests may be anything, and an export may be in any number of files.
    if (!["test:native", "audit:verify"].includes(name)) assert.match(refusal([...script, "frob", ...Array(50).fill("another")]), /"another"|frob/);
    const { status, stdout, stderr } = run([...script, "--help"]);
    assert.deepEqual([status, stderr], [0, ""]);
    assert.match(stdout, /^Usage: .*npm /);
  });
}

test("a command, a target, a file or a value that does not exist is refused with the usage", () => {
  const sentences = {
    "scripts/keys.mjs frob": '✖ There is no command "frob".',
    "scripts/keys.mjs list --alg RS256": '✖ --alg is ES256 or EdDSA, not "RS256".',
    "scripts/fuzz.mjs frob": "✖ There is no target frob.",
    "scripts/test.mjs runtime frob.test.mjs": "✖ There is no file of tests frob.test.mjs.",
    "scripts/load.mjs --minutes 0": '✖ --minutes is a number from 0.2 to 60, not "0".',
    "scripts/start.mjs --port 0": "✖ --port 0 is not a port number.",
    "scripts/audit-verify.mjs x --head 5": "✖ --head is not SEQ:HASH.",
    "scripts/size.mjs frob": '✖ The budget is a number of KB, not "frob".',
  };
  for (const [line, sentence] of Object.entries(sentences)) assert.equal(refusal(line.split(" ")), sentence);
});

test("an option without its value is refused, also before another option", () => {
  for (const args of [["--expires-in"], ["--expires-in", "--scope", "x"], ["--sub", "-h"]]) {
    assert.equal(refusal(["scripts/token.mjs", ...args]), `✖ ${args[0]} needs a value.`);
  }
});

test("a negative number is a value, with an equals sign and without", () => {
  for (const args of [["--expires-in", "-3000"], ["--expires-in=-3000"]]) {
    const { status, stdout, stderr } = run(["scripts/token.mjs", ...args]);
    assert.equal(status, 0, stderr);
    const claims = JSON.parse(Buffer.from(stdout.split(".")[1], "base64url"));
    assert.equal(claims.exp - claims.iat, -3000);
  }
  assert.match(refusal(["scripts/token.mjs", "--expires-in", "soon"]), /whole number of seconds, not "soon"/);
});

test("npm's own lines in the output of npm run token are told, without -s only", () => {
  const npm = { npm_lifecycle_event: "token", npm_config_loglevel: undefined };
  assert.match(run(["scripts/token.mjs"], npm).stderr, /npm run -s token/);
  assert.doesNotMatch(run(["scripts/token.mjs"], { ...npm, npm_config_loglevel: "silent" }).stderr, /npm run -s token/);
});

test("an address where nobody listens, or that is none, is a sentence", () => {
  const exported = (address) => run(["scripts/audit-export.mjs", address], { AUDIT_TOKEN: "x" });
  for (const address of ["http://127.0.0.1:65535", "http://localhost:1"]) {
    const { status, stderr } = exported(address);
    assert.deepEqual([status, stderr.includes("    at ")], [1, false], stderr);
    assert.match(stderr, new RegExp(`✖ ${address} cannot be reached\\. .*\\.\n$`));
  }
  assert.match(exported("edge.example").stderr, /^✖ "edge.example" is not an http:\/\/ or https:\/\/ address\.\n/);
});

test("a file that cannot be read or written is a sentence", () => {
  writeFileSync(join(folder, "text"), "x");
  const sentences = [
    [["scripts/audit-verify.mjs", join(folder, "none")], 2, "it does not exist (ENOENT)."],
    [["scripts/audit-verify.mjs", folder], 2, "it is a folder (EISDIR)."],
    [["scripts/scale.mjs", "--with", join(folder, "none")], 1, "it does not exist (ENOENT)."],
    [["scripts/scale.mjs", "--with", join(folder, "text")], 1, "text is not JSON."],
    [["cost/run.mjs", "--with", join(folder, "none")], 1, "it does not exist (ENOENT)."],
    [["cost/run.mjs", "--with", join(folder, "text")], 1, "text is not JSON."],
  ];
  for (const [args, code, end] of sentences) {
    const { status, stderr } = run(args);
    assert.deepEqual([status, stderr.includes("    at "), stderr.trimEnd().endsWith(end)], [code, false, true], stderr);
  }
  assert.equal(told(Object.assign(new Error("x"), { code: "EROFS", path: "/a" })), "/a: it cannot be written, because its file system is read-only (EROFS).");
  assert.equal(told(Object.assign(new Error("x"), { code: "EACCES", path: "/a" })), "/a: access is denied (EACCES).");
  assert.equal(told(new Stop("as it is")), "as it is");
  assert.match(told(new TypeError("a defect")), /^TypeError: a defect\n {4}at /);
});

test("a dry run of a deployment names the settings that a deployment would refuse, and bundles without a warning", () => {
  const dryRun = (issuer) => run(["scripts/deploy.mjs", "--dry-run", "--var", `ISSUER:${issuer}`], { CI: "true", WRANGLER_LOG: "log" });
  const { status, stderr } = dryRun("http://edge.example");
  assert.equal(status, 0, stderr);
  for (const what of ["✖ A deployment would be refused", 'ISSUER in wrangler.toml is "http://edge.example"', "--dry-run: exiting now"]) assert.ok(stderr.includes(what), stderr);
  // wrangler.toml as it is here has zeros; whoever deploys from this checkout has ids of their own.
  const settings = readFileSync(at("wrangler.toml"), "utf8");
  assert.equal(stderr.includes("database_id in wrangler.toml is still the placeholder"), /^database_id = "[0-]*"/m.test(settings));
  assert.equal(stderr.includes("KV namespace CACHE in wrangler.toml is still the placeholder"), /^id = "[0-]*"/m.test(settings));
  assert.doesNotMatch(stderr, /WARNING|Duplicate/);
  assert.doesNotMatch(dryRun("https://edge.example").stderr, /ISSUER in wrangler\.toml/);
});

test("of equal keys in the glue the last one stays", () => {
  const glue = '{\n "./snippets/a/glue.js": import1,\n "./snippets/a/glue.js": import2,\n "./snippets/b/glue.js": import3,\n "./other.js": x,\n "./other.js": y,\n}';
  assert.equal(withoutRepeatedKeys(glue), '{\n "./snippets/a/glue.js": import2,\n "./snippets/b/glue.js": import3,\n "./other.js": x,\n "./other.js": y,\n}');
  const built = readFileSync(at("build", "index.js"), "utf8");
  assert.equal(withoutRepeatedKeys(built), built);
});

test("the first 401 of a local run is explained once, however its line arrives", () => {
  const said = [];
  const explain = explainer((text) => said.push(text));
  const line = (code) => `{"method":"GET","route":"/admin/roles","status":401,"code":"${code}","request_id":"x"}\n`;
  explain('{"status":200}\n{"status":403,"code":"scope_missing"}\n');
  assert.deepEqual(said, []);
  explain(line("token_expired").slice(0, 30));
  explain(`${line("token_expired").slice(30)}${line("token_missing")}`);
  explain(line("token_missing"));
  assert.equal(said.length, 1);
  assert.ok(said[0].includes(`the code token_expired: ${meaning("token_expired")}`) && meaning("token_expired").startsWith("Normal."));
  assert.equal(meaning("frob"), undefined);
});

test("the totals are those that cargo printed, of every binary and with colours", () => {
  const cargo = "test result: \x1b[32mok\x1b[0m. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out; finished in 0.1s\ntest result: FAILED. 2 passed; 4 failed; 0 ignored; 0 measured; 0 filtered out\n";
  assert.deepEqual(nativeTotals(cargo), { passed: 14, failed: 4, skipped: 1 });
  const nextest = "     Summary [   9.1s] 20 tests run: 17 passed (1 slow), 2 failed, 1 timed out, 5 skipped\n";
  assert.deepEqual(nativeTotals(nextest), { passed: 17, failed: 3, skipped: 5 });
  assert.equal(inWords(sum([nativeTotals(cargo), nativeTotals(nextest)])), "31 passed, 7 failed, 6 skipped");
});

test("npm run test:native ends with its totals, and refuses a name that no test has", () => {
  // A cargo that answers as the real one does; only the tests are not run.
  const fake = (code, summary) => {
    const script = `#!/bin/sh\ncase "$*" in\n  *--version*) echo "cargo 1.0.0";;\n  *) echo "     Summary [   1.0s] ${summary}"; exit ${code};;\nesac\n`;
    writeFileSync(join(folder, "cargo"), script, { mode: 0o755 });
    return run(["scripts/test.mjs", "native", "frob"], { PATH: `${folder}${delimiter}${process.env.PATH}` });
  };
  const passed = fake(0, "3 tests run: 3 passed, 900 skipped");
  assert.equal(passed.status, 0, passed.stderr);
  assert.match(passed.stderr, /✔ native tests: 3 passed, 0 failed, 900 skipped \(\d+ s\)\n$/);
  const failed = fake(100, "3 tests run: 1 passed, 2 failed, 900 skipped");
  assert.deepEqual([failed.status, /✖ native tests: 1 passed, 2 failed, 900 skipped \(\d+ s\)\n$/.test(failed.stderr)], [1, true], failed.stderr);
  const none = fake(0, "0 tests run: 0 passed, 903 skipped");
  assert.deepEqual([none.status, /There is no native test whose name contains frob\.\n$/.test(none.stderr)], [1, true], none.stderr);
});

test("the totals of a run of node:test count its tests", () => {
  const file = join(folder, "three.test.mjs");
  writeFileSync(file, 'import { test } from "node:test";\ntest("a", () => {});\ntest("b", () => { throw new Error("x"); });\ntest("c", { skip: true }, () => {});\n');
  const { status, stdout } = run(["--test", `--test-reporter=${at("scripts", "lib", "totals-reporter.mjs")}`, file], { NODE_TEST_CONTEXT: undefined });
  assert.deepEqual([status, JSON.parse(stdout)], [1, { passed: 1, failed: 1, skipped: 1 }]);
});
