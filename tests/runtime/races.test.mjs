// 64 at once on one record, in the runtime: entity tags, upserts, unique names and idempotency keys under D1's own
// transactions. Nobody's change is lost, one wins where one is due, and nothing answers 5xx.
import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, beforeEach, test } from "node:test";
import { CLIENT, CONNECTION, OTHER, ROLE, connection, refreshing, role } from "./support/operations.mjs";
import { bearer } from "./support/keys.mjs";
import { startFaultyWorker } from "./support/worker.mjs";

const MANY = 64;
const KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const SCOPE = "role:read role:write connection:read connection:write connection:refresh_secret client:write AccessManager:Create AccessManager:Read AccessManager:Update AccessManager:Delete";
const ENDPOINT = "/Endpoint/rest/api/v1";

let worker;
before(async () => (worker = await startFaultyWorker()));
beforeEach(() => worker.reset());
after(() => worker?.stop());

const headers = (more, body) => ({ ...bearer({ scope: SCOPE }), ...more, ...(body && { "content-type": "application/json" }) });
const send = (method, path, body, more = {}) => worker.fetch(path, { method, headers: headers(more, body), body: body && JSON.stringify(body) });
const together = (one) => Promise.all(Array.from({ length: MANY }, (_, at) => one(at)));
const counted = (answers) => answers.reduce((all, { status }) => ({ ...all, [status]: (all[status] ?? 0) + 1 }), {});
const value = async (sql) => Object.values((await worker.sql(sql))[0])[0];
const audited = () => value("SELECT count(*) FROM audit");
const tagOf = (answer) => answer.headers.get("etag");

const isRunning = ({ status, text }) => status === 409 && text.includes("The first call under this idempotency key has not ended.");

/** Calls until the first call under the key has ended. */
async function repeated(one) {
  for (let tries = 0; tries < 400; tries += 1) {
    const answer = await one();
    if (!isRunning(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("it never ended");
}

/** The answer's body without what is the call's own. */
function told({ status, json }) {
  const { meta: { request_id, ...meta } = {}, ...rest } = json;
  return { status, meta, ...rest };
}

const RECORDS = [
  ["connection", () => connection(), (at) => ["PATCH", { redirect_uri: `https://writer-${at}.test/cb` }], (data) => data.redirect_uri],
  ["role", () => role(), (at) => ["PATCH", { name: `Writer ${at}` }], (data) => data.name],
  ["client", () => `/admin/clients/${OTHER}`, (at) => ["PUT", { name: `Writer ${at}`, client_type_id: "type-msp" }], (data) => data.name],
];

for (const [name, path, change, shown] of RECORDS) {
  test(`${name}: of ${MANY} who read the same version one wins, in each of three rounds`, async () => {
    let tag = tagOf(await worker.fetch(path(), { headers: bearer({ scope: `${SCOPE} client:read` }) }));
    for (let round = 1; round <= 3; round += 1) {
      const answers = await together((at) => send(...line(path(), change(at)), { "if-match": tag }));
      assert.deepEqual(counted(answers), { 200: 1, 412: MANY - 1 });
      const winner = answers.find(({ status }) => status === 200);
      const read = await worker.fetch(path(), { headers: bearer({ scope: `${SCOPE} client:read` }) });
      assert.deepEqual([shown(read.json.data), tagOf(read)], [shown(winner.json.data), tagOf(winner)]);
      assert.notEqual(tagOf(winner), tag);
      assert.equal(await audited(), round);
      tag = tagOf(winner);
    }
  });

  test(`${name}: eight who read, change and read again when they were late all get their turn`, async () => {
    const turn = async (at) => {
      for (let tries = 0; tries < 500; tries += 1) {
        const seen = await worker.fetch(path(), { headers: bearer({ scope: `${SCOPE} client:read` }) });
        const answer = await send(...line(path(), change(at)), { "if-match": tagOf(seen) });
        if (answer.status !== 412) return answer;
      }
      throw new Error("never its turn");
    };
    const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => turn(at)));
    assert.deepEqual(counted(answers), { 200: 8 });
    assert.equal(new Set(answers.map(tagOf)).size, 8, "each made a version of its own");
    assert.equal(await audited(), 8);
  });
}

const line = (path, [method, body]) => [method, path, body];

test(`access group: ${MANY} writers at once are each written whole, and counted`, async () => {
  const answers = await together((at) => send("PUT", `${ENDPOINT}/AccessGroup/GROUP-A`, { Name: `Group ${at}`, Description: `Group ${at}` }));
  assert.deepEqual(counted(answers), { 200: MANY });
  const [row] = await worker.sql("SELECT name, description, version FROM access_groups WHERE id = 'GROUP-A'");
  assert.equal(row.name, row.description);
  assert.deepEqual([row.version, await audited()], [MANY + 1, MANY]);
});

test(`access group: of ${MANY} inserts of one name one is made, and of ${MANY} deletes one is done`, async () => {
  const made = await together(() => send("POST", `${ENDPOINT}/AccessGroup`, { Name: "The one" }));
  assert.deepEqual(counted(made), { 200: 1, 400: MANY - 1 });
  const { Id } = made.find(({ status }) => status === 200).json;
  assert.deepEqual(counted(await together(() => send("DELETE", `${ENDPOINT}/AccessGroup/${Id}`))), { 200: 1, 404: MANY - 1 });
  assert.equal(await audited(), 2);
});

test(`${MANY} upserts of one access group, and of one member, make one`, async () => {
  assert.deepEqual(counted(await together(() => send("PATCH", `${ENDPOINT}/AccessGroup`, { Name: "The one" }))), { 200: MANY });
  assert.equal(await value("SELECT count(*) FROM access_groups WHERE name = 'The one'"), 1);
  assert.deepEqual(counted(await together(() => send("POST", `${ENDPOINT}/AccessGroup/GROUP-A/User`, { UserId: { Value: "8" } }))), { 200: MANY });
  assert.equal(await value("SELECT count(*) FROM access_group_users WHERE access_group_id = 'GROUP-A' AND user_id = 8"), 1);
});

test(`role: of ${MANY} of one name one is made`, async () => {
  const answers = await together(() => send("POST", "/admin/roles", { name: "The one", scope: "a:read" }));
  assert.deepEqual(counted(answers), { 201: 1, 422: MANY - 1 });
  assert.deepEqual([await value("SELECT count(*) FROM roles WHERE name = 'The one'"), await audited()], [1, 1]);
});

test(`connection: of ${MANY} upserts of one pair one makes it and shows its secret`, async () => {
  const put = (at, more) => send("PUT", `/api/clients/${CLIENT}/connections`, { redirect_uri: `https://writer-${at}.test/cb`, consumer_id: OTHER }, more);
  const answers = await together((at) => put(at));
  assert.deepEqual(counted(answers), { 200: MANY - 1, 201: 1 });
  assert.equal(answers.filter(({ json }) => "secret" in json.data).length, 1);
  assert.equal(new Set(answers.map(({ json }) => json.data.id)).size, 1);
  assert.equal(new Set(answers.map(tagOf)).size, MANY, "each made a version of its own");
  assert.equal(await audited(), MANY);
  await worker.reset();
  assert.deepEqual(counted(await together((at) => put(at, { "if-none-match": "*" }))), { 201: 1, 412: MANY - 1 });
});

test(`${MANY} calls under one idempotency key are one change with one answer, or 409 while it runs`, async () => {
  const calls = {
    refresh: () => send("PATCH", refreshing(), undefined, { "idempotency-key": KEY }),
    create: () => send("POST", "/admin/roles", { name: "The one", scope: "a:read" }, { "x-idempotency-key": KEY }),
    put: () => send("PUT", `/api/clients/${CLIENT}/connections`, { redirect_uri: "https://a.test/cb", consumer_id: OTHER }, { "idempotency-key": KEY }),
    permission: () => send("DELETE", `${ENDPOINT}/AccessGroup/GROUP-A/Permission/4711`, undefined, { "idempotency-key": KEY }),
  };
  for (const [name, one] of Object.entries(calls)) {
    await worker.reset();
    const all = await together(one);
    for (const answer of all.filter(isRunning)) assert.equal(answer.headers.get("retry-after"), "1", name);
    const answers = all.filter((answer) => !isRunning(answer));
    answers.push(await one());
    const first = told(answers[0]);
    assert.ok(answers.length > 1 && first.status < 300, `${name}: ${answers[0].text}`);
    for (const answer of answers) assert.deepEqual(told(answer), first, name);
    for (const header of ["etag", "location", "cache-control"]) assert.equal(new Set(answers.map(({ headers }) => headers.get(header))).size, 1);
    assert.deepEqual([await audited(), await value("SELECT count(*) FROM idempotency_keys")], [1, 1], name);
  }
});

test(`of ${MANY} different calls under one idempotency key one is made and the others are 409 or 422`, async () => {
  const one = (at) => send("PATCH", role(), { name: `Writer ${at}` }, { "idempotency-key": KEY });
  const answers = await together(one);
  const { 200: made, 409: running = 0, 422: reused = 0, ...others } = counted(answers);
  assert.deepEqual([made, running + reused, others], [1, MANY - 1, {}]);
  assert.ok(answers.filter(({ status }) => status === 409).every(isRunning));
  const late = answers.findIndex(({ status }) => status !== 200);
  assert.equal((await one(late)).status, 422);
  assert.equal(await audited(), 1);
});

/** Sends a call and hangs up once `cut` says so; whatever the answer is, nobody reads it. */
function hangUp(path, more, cut) {
  const { hostname, port } = worker.url;
  return new Promise((resolve, reject) => {
    const sent = request({ host: hostname, port, path, method: "PATCH", headers: headers(more) });
    let isCut = false;
    sent.on("response", () => reject(new Error("answered before it was cut")));
    sent.on("error", (error) => (isCut ? resolve() : reject(error)));
    sent.on("close", resolve);
    sent.end();
    cut().then(() => {
      isCut = true;
      sent.destroy();
    }, reject);
  });
}

const until = async (holds) => {
  for (let tries = 0; tries < 200; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error("it never came");
};

const grant = (secret) => worker.fetch("/oauth/token", { method: "POST", body: new URLSearchParams({ grant_type: "client_credentials", client_id: CLIENT, client_secret: secret }) });

test("a caller who is cut off after the commit gets the lost secret by repeating the call under its key", async () => {
  const slow = { "idempotency-key": KEY, "x-faults": JSON.stringify({ batch: [{ lose: 3000 }] }) };
  await hangUp(refreshing(), slow, () => until(async () => (await audited()) === 1));
  const digest = await value(`SELECT digest FROM connection_secrets WHERE connection_id = '${CONNECTION}'`);
  const found = await repeated(() => send("PATCH", refreshing(), undefined, { "idempotency-key": KEY }));
  assert.equal(found.status, 200);
  const { secret } = found.json.data;
  assert.equal((await grant(secret)).status, 200, "it is the one that counts");
  assert.deepEqual([await audited() - 1, await value(`SELECT digest FROM connection_secrets WHERE connection_id = '${CONNECTION}'`)], [0, digest]);
  const again = await send("PATCH", refreshing(), undefined, { "idempotency-key": KEY });
  assert.equal(again.json.data.secret, secret);
  const sealed = await value("SELECT secret FROM idempotency_keys");
  assert.ok(!JSON.stringify(await worker.sql("SELECT * FROM idempotency_keys")).includes(secret.slice(4, 30)) && sealed.length > 80);
});

test("a caller who is cut off before the commit changes nothing, or what a repeat shows", async () => {
  for (const stall of [0, 30, 200]) {
    await worker.reset();
    const slow = { "idempotency-key": KEY, "x-faults": JSON.stringify({ batch: [{ stall }] }) };
    await hangUp(refreshing(), slow, () => new Promise((resolve) => setTimeout(resolve, 5))).catch((error) => assert.match(error.message, /before it was cut/));
    const found = await repeated(() => send("PATCH", refreshing(), undefined, { "idempotency-key": KEY }));
    assert.equal(found.status, 200);
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal((await grant(found.json.data.secret)).status, 200, `${stall} ms`);
    assert.equal(await value(`SELECT count(*) FROM connection_secrets WHERE connection_id = '${CONNECTION}'`), 1);
    assert.equal(await value("SELECT count(*) FROM audit WHERE action = 'connection.refresh_secret'"), 1);
  }
});

test("a role that was made under a key is there once, whoever was told", async () => {
  const body = { name: "The one", scope: "a:read" };
  const first = await send("POST", "/admin/roles", body, { "idempotency-key": KEY });
  const again = await send("POST", "/admin/roles", body, { "idempotency-key": KEY });
  assert.deepEqual([again.status, again.headers.get("location"), tagOf(again)], [201, first.headers.get("location"), tagOf(first)]);
  assert.equal((await send("POST", "/admin/roles", body)).status, 422);
  assert.equal((await worker.fetch(role(ROLE), { headers: { ...bearer({ scope: SCOPE }), "if-none-match": tagOf(await worker.fetch(role(ROLE), { headers: bearer({ scope: SCOPE }) })) } })).status, 304);
});
