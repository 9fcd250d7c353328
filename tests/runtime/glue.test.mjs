// What the glue does with bytes of wasm's memory: they may be gone when an operation goes on, because memory grew.
import assert from "node:assert/strict";
import { test } from "node:test";
import { batch, learn, open, seal, sign, verify } from "../../src/edge/glue.js";

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
