// `npm run keys`, `npm run peppers` and `npm run issuers`: what they refuse, each with a sentence and without a change to
// the file. Needs no Worker; procedures.test.mjs shows what the Worker makes of the files.
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { WAITS, spoken } from "../../scripts/lib/keyring.mjs";
import { newKey } from "../../scripts/lib/jwt.mjs";
import { now } from "./support/keys.mjs";
import { age, command } from "./support/procedure.mjs";

const folder = mkdtempSync(join(tmpdir(), "mithril-edge-commands-"));
after(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = () => join(folder, `file-${(files += 1)}.json`);
const read = (file) => (existsSync(file) ? readFileSync(file, "utf8") : undefined);
const json = (file) => JSON.parse(read(file));
const written = (value) => {
  const file = newFile();
  writeFileSync(file, typeof value === "string" ? value : JSON.stringify(value));
  return file;
};

async function does(script, file, ...args) {
  const { code, stdout, stderr } = await command(script, [...args, "--file", file], { folder });
  assert.equal(code, 0, stderr);
  return stdout;
}
/** The command ends with 1, or 2 when it was called wrongly; it says a sentence without a stack, and leaves the file as it was. */
async function refuses(sentence, script, file, ...args) {
  const before = read(file);
  const { code, stdout, stderr } = await command(script, [...args, "--file", file], { folder });
  assert.ok([1, 2].includes(code), stderr);
  assert.equal(stdout, "");
  assert.match(stderr, sentence);
  assert.doesNotMatch(stderr, /\n +at /);
  assert.equal(read(file), before);
}
async function made(script, ...args) {
  const file = newFile();
  await does(script, file, "make", ...args);
  return file;
}

test("a file that is not there is refused, one that is there is not made again, and an unreadable one is named", async () => {
  for (const [script, form] of [["keys", "a JWK Set"], ["peppers", "an array of"], ["issuers", "an array of issuers"]]) {
    const none = newFile();
    for (const step of ["list", "add", "rotate", "retire", "remove"]) {
      if ((await command(script, ["--help"])).stdout.includes(`\n  ${step} `)) await refuses(/There is no file .*`make` makes the first one/, script, none, step, "x");
    }
    assert.ok(!existsSync(none));
    await refuses(/is there already, and `make` never replaces a file/, script, written("[]"), "make");
    for (const text of ["x", "{}", "null", '{"keys":[{}]}', "[1]"]) await refuses(new RegExp(`is not ${form}`), script, written(text), "list");
    await refuses(/There is no command "frob"/, script, written("[]"), "frob");
    await refuses(/"y" is one argument too many/, script, written("[]"), "add", "x", "y");
  }
  const unreadable = await command("keys", ["list", "--file", folder]);
  assert.match(unreadable.stderr, /cannot be read: EISDIR/);
  assert.doesNotMatch(unreadable.stderr, /\n +at /);
  await refuses(/cannot be written: ENOENT/, "keys", join(folder, "nowhere", "keys.json"), "make");
});

test("a missing kid and a missing version are asked for, with those that there are", async () => {
  const keys = await made("keys");
  const [{ kid }] = json(keys).keys;
  await refuses(new RegExp(`Say which key: \`retire <kid>\`. The keys are: ${kid}\\.`), "keys", keys, "retire");
  await refuses(new RegExp(`No key has the kid "nobody". The keys are: ${kid}\\.`), "keys", keys, "retire", "nobody");
  const peppers = await made("peppers");
  await refuses(/Say which pepper: `retire <version>`. The versions are: 1\./, "peppers", peppers, "retire");
  await refuses(/No pepper has the version "2". The versions are: 1\./, "peppers", peppers, "retire", "2");
  await refuses(/Say which issuer/, "issuers", newFile(), "make");
  const issuers = await made("issuers", "https://a.example", "--jwks-uri", "https://a.example/jwks");
  await refuses(/Say which issuer. The issuers are: https:\/\/a.example\./, "issuers", issuers, "remove");
  await refuses(/No issuer is called "b". The issuers are: https:\/\/a.example\./, "issuers", issuers, "remove", "b");
});

test("a key does not sign before it is known, and does not go before its last token", async () => {
  const file = await made("keys");
  const [{ kid: old }] = json(file).keys;
  await refuses(/"edge-.*" is the key that signs: rotate first/, "keys", file, "retire", old);
  await does("keys", file, "add");
  await refuses(/Not yet: wait another .* minutes.* Until then, somebody may not know the key/, "keys", file, "rotate");
  age(file, WAITS.sign());
  await does("keys", file, "rotate");
  await refuses(/Not yet: wait another .* minutes.* Until then, a token that this key signed/, "keys", file, "retire", old);
  // A key that never signed may go at once.
  await does("keys", file, "add");
  await does("keys", file, "retire", json(file).keys.at(-1).kid);
  await does("keys", file, "retire", old, "--now");
  assert.equal(json(file).keys.length, 1);
  await does("keys", file, "add");
  await does("keys", file, "rotate", "--now");
  assert.equal(json(file).keys[1].signed_until > 0, true);
});

test("of several waiting keys the newest that is known signs", async () => {
  const file = await made("keys");
  await does("keys", file, "add");
  age(file, WAITS.sign());
  await does("keys", file, "add");
  const known = json(file).keys[1].kid;
  await does("keys", file, "rotate");
  assert.equal(json(file).keys[0].kid, known);
});

test("a key of a file that says nothing of its times goes when the file is old enough", async () => {
  const file = written({ keys: [newKey("ES256", "new"), newKey("ES256", "old")] });
  await refuses(/Not yet: wait another/, "keys", file, "retire", "old");
  const then = now() - WAITS.retireKey();
  utimesSync(file, then, then);
  await does("keys", file, "retire", "old");
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test("a pepper is not current before every isolate knows it, and does not go with what is still under it", async () => {
  const file = await made("peppers");
  assert.equal(statSync(file).mode & 0o777, 0o600);
  await refuses(/No pepper waits. `add` one first/, "peppers", file, "rotate");
  await does("peppers", file, "add");
  await refuses(/Not yet: wait another .* Until then, an isolate may not know the pepper/, "peppers", file, "rotate");
  age(file, WAITS.digest());
  const shown = await does("peppers", file, "rotate");
  assert.equal(shown, "current  2\nchecks   1\n");
  await refuses(/Pepper 2 is the current one: rotate first/, "peppers", file, "retire", "2");
  await refuses(/Not yet: wait another .* days.* Until then, a refresh token/, "peppers", file, "retire", "1");
  age(file, WAITS.retirePepper());

  const counts = (secrets) => written([{ results: [{ pepper_version: 1, secrets }, { pepper_version: 2, secrets: 7 }], success: true }]);
  await refuses(/Count the secrets that are left/, "peppers", file, "retire", "1");
  await refuses(/There is no file /, "peppers", file, "retire", "1", "--counts", newFile());
  for (const text of ["x", "[]", "{}", '[{"results":[{"n":1}],"success":true}]', '[{"results":[],"success":false}]']) {
    await refuses(/is not what the statement/, "peppers", file, "retire", "1", "--counts", written(text));
  }
  await refuses(/secrets that are still under pepper 1: 3\./, "peppers", file, "retire", "1", "--counts", counts(3));
  const stale = counts(0);
  utimesSync(stale, now() - 7200, now() - 7200);
  await refuses(/more than an hour old: count again/, "peppers", file, "retire", "1", "--counts", stale);
  await does("peppers", file, "retire", "1", "--counts", written([{ results: [{ pepper_version: 2, secrets: 7 }], success: true }]));
  assert.deepEqual(json(file).map(({ version }) => version), [2]);
  await does("peppers", file, "add");
  await does("peppers", file, "rotate", "--now");
  await does("peppers", file, "retire", "2", "--now");
  assert.deepEqual(json(file).map(({ version }) => version), [3]);
});

test("an issuer has one source of usable keys with different kids", async () => {
  const file = await made("issuers", "https://a.example", "--jwks-uri", "https://a.example/jwks");
  const add = (sentence, ...args) => refuses(sentence, "issuers", file, "add", "https://b.example", ...args);
  await refuses(/"https:\/\/a.example" is trusted already/, "issuers", file, "add", "https://a.example", "--jwks-uri", "https://a.example/jwks");
  await add(/one of --jwks-uri, --jwks and --fresh/);
  await add(/one of --jwks-uri, --jwks and --fresh/, "--jwks-uri", "https://b.example/jwks", "--fresh", "ES256");
  for (const uri of ["http://b.example/jwks", "b.example", "http://localhost.b.example/"]) await add(/--jwks-uri is an https address/, "--jwks-uri", uri);
  await add(/--typ is at\+jwt or JWT/, "--typ", "jwt", "--jwks-uri", "https://b.example/jwks");
  await add(/There is no file/, "--jwks", newFile());
  await add(/is not a JWK Set/, "--jwks", written("[]"));
  const key = newKey("ES256", "one");
  await add(/has no key that can verify/, "--jwks", written({ keys: [{ ...key, use: "enc" }, { kty: "oct", k: "c2hvcnQ", kid: "short" }, { ...key, crv: "P-384" }] }));
  await add(/A key of .* has no kid/, "--jwks", written({ keys: [{ ...key, kid: undefined }] }));
  await add(/Two keys of .* have the same kid/, "--jwks", written({ keys: [key, newKey("ES256", "one")] }));
  await add(/--fresh is ES256, EdDSA, RS256 or HS256/, "--fresh", "RS512", "--key-file", newFile());
  await add(/--fresh needs --key-file/, "--fresh", "ES256");
  await add(/never replaced/, "--fresh", "ES256", "--key-file", written("{}"));
});

test("a wait is said in its two largest units", () => {
  assert.deepEqual([0, 1, 61, 3600, 90 * 86_400 + 301].map(spoken), ["0 seconds", "1 second", "1 minute and 1 second", "1 hour", "90 days and 5 minutes"]);
});
