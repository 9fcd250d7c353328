// What the glue does with bytes of wasm's memory: they may be gone when an operation goes on, because memory grew.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, seal, sign, verify } from "../../src/edge/crypto.js";
import { arrive, arrive_in, batch, learn, query } from "../../src/edge/glue.js";

const memory = new WebAssembly.Memory({ initial: 1 });
let at = 0;

/** A view of wasm's memory, as wasm-bindgen hands it over. */
function view(bytes) {
  const start = at;
  at += bytes.length;
  const shown = new Uint8Array(memory.buffer).subarray(start, at);
  shown.set(bytes);
  return shown;
}

/** Starts something and lets memory grow before it can go on: every view is dead then. */
function during(start) {
  const going = start();
  memory.grow(1);
  return going;
}

const bytes = (text) => new TextEncoder().encode(text);

test("what is sealed while memory grows is opened as it was, while it grows again", async () => {
  const [key, nonce] = [crypto.getRandomValues(new Uint8Array(32)), crypto.getRandomValues(new Uint8Array(12))];
  const sealed = await during(() => seal(view(key), view(nonce), "about", view(bytes("a secret"))));
  const opened = await during(() => open(view(key), view(nonce), "about", view(sealed)));
  assert.equal(new TextDecoder().decode(opened), "a secret");
});

test("a signature is made and checked by keys that are imported while memory grows, and by those that were", async () => {
  const { privateKey, publicKey } = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const jwk = async (key) => JSON.stringify(await crypto.subtle.exportKey("jwk", key));
  const [secret, shown] = [await jwk(privateKey), await jwk(publicKey)];
  for (const time of ["imported", "known"]) {
    const signature = new Uint8Array(await during(() => sign("EdDSA", secret, view(bytes("a message")))));
    const check = (message) => during(() => verify("EdDSA", shown, view(bytes(message)), view(signature)));
    assert.equal(await check("another"), false, time);
    assert.equal(await check("a message"), true, time);
  }
});

test("a batch's answers come in lines, or as JSON where one of them has lines itself", () => {
  learn(1, "SELECT ?1");
  const db = { prepare: (sql) => ({ bind: (...params) => ({ sql, params }) }), batch: (all) => Promise.resolve(all) };
  const { take } = batch({ DB: db }, '[[1,["x"]],[1,[null]]]', 1000);
  const answers = (...values) => take(values.map((value) => ({ results: value === undefined ? [] : [{ answer: value }] })));
  assert.equal(answers('{"a":"b"}', undefined, null, ""), '\n{"a":"b"}\n\0\n\0\n');
  assert.equal(answers("a\nb", undefined, "c"), '["a\\nb",null,"c"]');
});

test("a query's answer is the first column of the first row, or nothing", () => {
  learn(1, "SELECT ?1");
  const env = { DB: { prepare: (sql) => ({ bind: (...params) => ({ raw: () => Promise.resolve([sql, params]) }) }) } };
  const { take, promise } = query(env, 1, '["x"]', 1000);
  assert.deepEqual([take([["a", "b"], ["c"]]), take([[null]]), take([])], ["a", null, undefined]);
  return promise.then((asked) => assert.deepEqual(asked, ["SELECT ?1", ["x"]]));
});

test("what arrives in wasm's memory is whole, or asks for room: after memory grew and in a new instance too", () => {
  const NOTHING = -7;
  const shown = (memory, at, length) => new TextDecoder().decode(new Uint8Array(memory.buffer, at, length));
  const arrives = (memory, text) => {
    const value = new TextEncoder().encode(text);
    const room = new Uint8Array(2 + value.length);
    room.set(value, 1);
    for (const given of [text, value, value.slice().buffer, room.subarray(1, 1 + value.length)]) {
      new Uint8Array(memory.buffer, 64, 32).fill(0);
      const written = arrive(given, 64, 16, NOTHING);
      assert.deepEqual([written, shown(memory, 64, 32)], [value.length, text.padEnd(32 - (value.length - text.length), "\0")]);
    }
  };
  for (let instance = 0; instance < 2; instance += 1) {
    const memory = new WebAssembly.Memory({ initial: 1 });
    arrive_in(memory);
    arrives(memory, "a text");
    memory.grow(1);
    for (const text of ["", "another", "sixteen bytes at", "äöü"]) arrives(memory, text);
    // Enough for any text of that length; a character is never cut in two.
    assert.equal(arrive("seventeen bytes !", 64, 16, NOTHING), -51);
    assert.equal(arrive("€€€€€€", 64, 16, NOTHING), -18);
    assert.equal(arrive(new Uint8Array(17), 64, 16, NOTHING), -17);
    assert.deepEqual([arrive("elsewhere", 128, 16, NOTHING), shown(memory, 128, 9)], [9, "elsewhere"]);
    for (const nothing of [null, undefined]) assert.equal(arrive(nothing, 64, 16, NOTHING), NOTHING);
    assert.equal(shown(memory, 80, 8), "\0".repeat(8), "nothing is written past its place");
  }
});
