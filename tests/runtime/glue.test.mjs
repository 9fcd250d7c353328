// What crosses between wasm and the runtime arrives whole: bytes of wasm's memory, although views of it become empty when
// it grows, statements with their values, and rows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { open, seal, sign, verify } from "../../src/edge/crypto.js";
import { arrive, arrive_in, batch, bookmark, query, session } from "../../src/edge/glue.js";

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

/** Starts something, and lets memory grow before it can go on: every view is empty then. */
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

/** A database that answers a batch with what it was asked. */
const database = () => ({ prepare: (sql) => ({ bind: (...params) => ({ sql, params }) }), batch: async (asked) => asked });

/** What `query` or `batch` makes of D1's answers; each row is an object, or undefined for no row. */
function rows(ask, ...answers) {
  const { take } = ask({ DB: database() }, "", "[]", 1000);
  return take(answers.map((row) => ({ results: row === undefined ? [] : [row] })));
}

for (const ask of [query, batch]) {
  test(`a ${ask.name} asks each statement with its own values, in one call, under a deadline`, async () => {
    const texts = "SELECT ?1\0SELECT ?1, ?2\nFROM t\0SELECT 1\0";
    const values = JSON.stringify([["a\n\0\"ї"], [null, 7], []]);
    const { name, milliseconds, promise } = ask({ DB: database() }, texts, values, 1234);
    assert.deepEqual([name, milliseconds], [`D1 ${ask.name}`, 1234]);
    assert.deepEqual(await promise, [
      { sql: "SELECT ?1", params: ["a\n\0\"ї"] },
      { sql: "SELECT ?1, ?2\nFROM t", params: [null, 7] },
      { sql: "SELECT 1", params: [] },
    ]);
  });

  test(`the rows of a ${ask.name} come in lines, a NULL as a NUL, a number as its text`, () => {
    const row = { word: "ok", nothing: null, empty: "", number: 7, fraction: -0.5, json: '{"a":"b"}' };
    assert.equal(rows(ask, row, undefined, { only: null }), '6\nok\n\0\n\n7\n-0.5\n{"a":"b"}\n-\n1\n\0\n');
    assert.equal(rows(ask), "");
    assert.equal(rows(ask, undefined), "-\n");
  });

  test(`the rows of a ${ask.name} come as JSON where one value has a line feed`, () => {
    const answer = rows(ask, { word: "ok", nothing: null }, undefined, { text: "a\nb", number: 7 });
    assert.equal(answer, '[["ok",null],null,["a\\nb","7"]]');
  });

  test(`a ${ask.name} that cannot be made fails as a promise and throws nothing`, async () => {
    const broken = { prepare: () => { throw new Error("no such table"); } };
    await assert.rejects(ask({ DB: broken }, "SELECT 1\0", "[[]]", 1000), { message: "no such table" });
  });

  test(`a ${ask.name} through a session asks the session, which then tells its bookmark`, async () => {
    let seen = null;
    const withSession = (start) => ({
      ...database(),
      batch: async (asked) => {
        seen = `after ${start}`;
        return asked;
      },
      getBookmark: () => seen,
    });
    const source = session({ DB: { withSession } }, "first-primary");
    assert.equal(bookmark(source), undefined);
    assert.deepEqual(await ask(source, "SELECT ?1\0", '[["x"]]', 1000).promise, [{ sql: "SELECT ?1", params: ["x"] }]);
    assert.equal(bookmark(source), "after first-primary");
  });
}

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
