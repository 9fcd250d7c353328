// What the three operations on a connection say of a body: its type, its coding, its size, its syntax, its members. Native
// tests try every route (tests/native/bodies.rs, body_members.rs); here are whole answers of the deployed build.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { isMithril } from "./support/answers.mjs";
import { CLIENT, CONNECTION, DELETE_CONNECTION, REFRESH_SECRET, UPDATE_CONNECTION, connection, refreshing, token } from "./support/operations.mjs";
import { startWorker } from "./support/worker.mjs";

let worker;
before(async () => (worker = await startWorker()));
after(() => worker?.stop());
afterEach(() => worker.reset());

const row = async (id = CONNECTION) => (await worker.sql("SELECT * FROM connections WHERE id = ?1", id))[0];
const shown = async (id = CONNECTION) => {
  const { client_id, consumer_id, redirect_uri, inserted_at, updated_at } = await row(id);
  return { id, client_id, consumer_id, redirect_uri, inserted_at, updated_at };
};
const secretsOf = (id = CONNECTION) => worker.sql("SELECT * FROM connection_secrets WHERE connection_id = ?1", id);
const untouched = async () => {
  assert.deepEqual(await worker.sql("SELECT (SELECT count(*) FROM connections) AS n, (SELECT sum(version) FROM connections) AS v, (SELECT group_concat(id) FROM connection_secrets) AS s, (SELECT count(*) FROM audit) AS a"), [
    { n: 4, v: 4, s: "secret-1", a: 0 },
  ]);
};
const update = (body, headers = token(UPDATE_CONNECTION), at = connection()) =>
  worker.fetch(at, { method: "PATCH", headers: { "content-type": "application/json", ...headers }, body: typeof body === "string" ? body : JSON.stringify(body) });

const required = { rule: "required", params: { property: "redirect_uri" }, description: "required property redirect_uri was not present", raw_description: "required property %{property} was not present" };
const cast = (actual) => ({ rule: "cast", params: { expected: "string", actual }, description: `type mismatch. Expected string but got ${actual}`, raw_description: "type mismatch. Expected %{expected} but got %{actual}" });
const format = { rule: "format", params: { pattern: "^(https)://.+" }, description: 'string does not match pattern "^(https)://.+"', raw_description: 'string does not match pattern "%{pattern}"' };
const validation = (rule, entry = "$.redirect_uri") => ({
  error: {
    type: "validation_failed",
    message: "Validation failed. You can find validators description at our API Manifest: http://docs.apimanifest.apiary.io/#introduction/interacting-with-api/errors.",
    invalid: [{ entry_type: "json_data_property", entry, rules: [rule] }],
  },
});
const MALFORMED = { error: { type: "request_malformed", message: "Malformed request. Probably, you have sent corrupted JSON.", invalid: [{ entry_type: "request", rules: [{ rule: "json" }] }] } };
const TOO_LARGE = { error: { type: "request_too_large", message: "Request body is too large.", invalid: [{ entry_type: "request", rules: [{ rule: "size" }] }] } };
const WRONG_TYPE = { error: { type: "content_type_invalid", message: "Invalid Content-Type header. Try to set 'Content-Type: application/json' header.", invalid: [{ entry_type: "header", entry: "Content-Type", rules: [{ rule: "content_type" }] }] } };

test("update: a body that is not JSON is 400", async () => {
  for (const body of ["", "{", '{"redirect_uri":"https://a.test"', "nonsense", "{'redirect_uri':'https://a.test'}", '{"redirect_uri":"https://a.test"} x', "\ufeff", "\ufeff\ufeff{}", Buffer.from([0x7b, 0xff, 0x7d]), "[".repeat(5000)]) {
    const answer = await worker.fetch(connection(), { method: "PATCH", headers: { "content-type": "application/json", ...token(UPDATE_CONNECTION) }, body });
    isMithril(answer, 400, MALFORMED);
  }
  isMithril(await worker.fetch(connection(), { method: "PATCH", headers: token(UPDATE_CONNECTION) }), 400, MALFORMED);
  await untouched();
});

test("update: another media type is 415", async () => {
  const body = '{"redirect_uri":"https://a.test"}';
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "text/json", "application/jsonx", "multipart/form-data; boundary=x"]) {
    isMithril(await update(body, { ...token(UPDATE_CONNECTION), "content-type": type }), 415, WRONG_TYPE);
  }
  const bare = await worker.send(connection(), { method: "PATCH", headers: token(UPDATE_CONNECTION), chunks: [body] });
  isMithril(bare, 415, WRONG_TYPE);
  await untouched();
});

test("a compressed body is 415 with Accept-Encoding, whatever the operation", async () => {
  const compressed = { error: { type: "content_encoding_invalid", message: "The request body is compressed. Send it without a Content-Encoding.", invalid: [{ entry_type: "header", entry: "Content-Encoding", rules: [{ rule: "content_encoding" }] }] } };
  const body = gzipSync('{"redirect_uri":"https://a.test"}');
  for (const operation of [UPDATE_CONNECTION, REFRESH_SECRET, DELETE_CONNECTION]) {
    const headers = { ...token(operation), "content-type": "application/json", "content-encoding": "gzip" };
    const path = operation === REFRESH_SECRET ? refreshing() : connection();
    const answer = await worker.fetch(path, { method: operation.method, headers, body });
    isMithril(answer, 415, compressed);
    assert.equal(answer.headers.get("accept-encoding"), "identity");
  }
  await untouched();
});

test("update: too large a body is 413, declared or not", async () => {
  const big = JSON.stringify({ redirect_uri: "https://a.test", pad: "x".repeat(64 * 1024) });
  isMithril(await update(big), 413, TOO_LARGE);
  const headers = { "content-type": "application/json", ...token(UPDATE_CONNECTION) };
  isMithril(await worker.send(connection(), { method: "PATCH", headers: { ...headers, "transfer-encoding": "chunked" }, chunks: [big.slice(0, 40000), big.slice(40000)] }), 413, TOO_LARGE);
  isMithril(await update({ redirect_uri: "https://a.test", pad: "x".repeat(60 * 1024) }), 200, { data: { ...(await shown()), redirect_uri: "https://a.test" } });
  await worker.reset();
  await untouched();
});

test("update: a chunked body within the limit is read whole", async () => {
  const headers = { "content-type": "application/json; charset=utf-8", ...token(UPDATE_CONNECTION) };
  const answer = await worker.send(connection(), { method: "PATCH", headers: { ...headers, "transfer-encoding": "chunked" }, chunks: ['{"redirect_', 'uri":"https://chunked.test/', 'cb"}'] });
  assert.deepEqual([answer.status, (await row()).redirect_uri], [200, "https://chunked.test/cb"]);
});

test("update: a body that breaks the schema is 422 with the documented rule", async () => {
  const cases = [
    [{}, required], [{ Redirect_uri: "https://a.test" }, required],
    [{ redirect_uri: null }, cast("null")], [{ redirect_uri: true }, cast("boolean")], [{ redirect_uri: 1 }, cast("integer")], [{ redirect_uri: -1 }, cast("integer")],
    [{ redirect_uri: 1.5 }, cast("number")], [{ redirect_uri: ["https://a.test"] }, cast("array")], [{ redirect_uri: { a: 1 } }, cast("object")],
    ...["", " ", "https://", "http://example3.com", "HTTPS://example3.com", "ftp://a.test", "javascript:alert(1)", "//a.test", "example3.com",
      " https://a.test"].map((redirect_uri) => [{ redirect_uri }, format]),
  ];
  for (const [body, rule] of cases) isMithril(await update(body), 422, validation(rule));
  await untouched();
});

test("update: a URI that matches the documented pattern and is refused all the same gets a sentence", async () => {
  const cases = [
    [/user information/, ["https://user@a.test", "https://user:pass@a.test/"]],
    [/fragment/, ["https://a.test/#", "https://a.test/cb#x"]],
    [/characters that RFC 3986 allows/, ["https://bücher.test", "https://a.test/ü", "https://a.test/a b", "https://a.test ", "https://a.test/\n",
      "https://a.test/\u0000", "https://a.test/\u007f", "https://a.test\\@b.test"]],
    [/`\.` or `\.\.`/, ["https://a.test/a/../b", "https://a.test/%2e"]],
    [/maximum length of 2048/, [`https://a.test/${"x".repeat(2034)}`]],
  ];
  for (const [sentence, uris] of cases) {
    for (const redirect_uri of uris) {
      const answer = await update({ redirect_uri });
      const [{ entry, rules: [rule] }] = answer.json.error.invalid;
      assert.deepEqual([answer.status, entry], [422, "$.redirect_uri"]);
      assert.match(rule.description, sentence);
      assert.doesNotMatch(rule.description, /pattern/);
    }
  }
  await untouched();
});

test("update: JSON that is not an object is 422", async () => {
  const cases = { "[]": "array", '"x"': "string", 1: "integer", 1.5: "number", null: "null", true: "boolean" };
  for (const [body, actual] of Object.entries(cases)) {
    const rule = { rule: "cast", params: { expected: "object", actual }, description: `type mismatch. Expected object but got ${actual}`, raw_description: "type mismatch. Expected %{expected} but got %{actual}" };
    isMithril(await update(body), 422, validation(rule, "$"));
  }
  await untouched();
});

test("update: 422 comes before 404, and a bad body asks nobody once the caller is known", async () => {
  isMithril(await update({}, token(UPDATE_CONNECTION), connection(CLIENT, "unknown")), 422, validation(required));
  const headers = token(UPDATE_CONNECTION, { client_id: CLIENT, client_type: "MSP" });
  const lines = [];
  for (let n = 0; n < 2; n += 1) lines.push(await worker.line(await update({}, headers)));
  // Whether a caller's token is revoked is asked once; then it is known for a minute.
  assert.deepEqual(lines.map(({ code, d1 }) => [code, d1]), [["validation_failed", 1], ["validation_failed", 0]]);
  await worker.line(await update({}, token(UPDATE_CONNECTION))); // the administrator's context is known from here on
  assert.equal((await worker.line(await update({}, token(UPDATE_CONNECTION)))).d1, 0);
});

test("refresh: a body that is not JSON, or says what refresh does not know, is refused, and the old secret stays", async () => {
  const secrets = await secretsOf();
  const send = (body, type) => worker.fetch(refreshing(), { method: "PATCH", headers: { ...token(REFRESH_SECRET), "content-type": type }, body });
  for (const type of ["application/x-www-form-urlencoded", "text/plain"]) isMithril(await send('{"grace_period":3600}', type), 415, WRONG_TYPE);
  const unknown = await send('{"grace_perod":3600}', "application/json");
  const [{ entry, rules: [rule] }] = unknown.json.error.invalid;
  assert.deepEqual([unknown.status, entry, rule.rule, rule.params], [422, "$.grace_perod", "schema", { properties: ["grace_period", "revoke_tokens"] }]);
  assert.deepEqual(await secretsOf(), secrets);
  await untouched();
});

test("refresh needs no body, and the type of an empty one does not count", async () => {
  for (const [body, type] of [[undefined, "application/x-www-form-urlencoded"], ["", "text/plain"], ["{}", "application/json"]]) {
    const answer = await worker.fetch(refreshing(), { method: "PATCH", headers: { ...token(REFRESH_SECRET), "content-type": type }, body });
    assert.equal(answer.status, 200);
  }
});
