// 64 at once on one record, in the runtime: entity tags, upserts, unique names and idempotency keys under D1's own
// transactions. Nobody's change is lost, one wins where one is due, and nothing answers 5xx.
import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, beforeEach } from "node:test";
import { CLIENT, CONNECTION, OTHER, ROLE, connection, refreshing, role } from "./support/operations.mjs";
import { bearer } from "./support/keys.mjs";
import { faults, startSignals, test } from "./support/signals.mjs";
import { startFaultyWorker } from "./support/worker.mjs";

const MANY = 64;
const KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324";
const SCOPE = "role:read role:write connection:read connection:write connection:refresh_secret client:write AccessManager:Create AccessManager:Read AccessManager:Update AccessManager:Delete";
const ENDPOINT = "/Endpoint/rest/api/v1";

let worker, signals;
before(async () => ([worker, signals] = await Promise.all([startFaultyWorker({ vars: { WRITE_DEADLINE_MS: "60000" } }), startSignals()])));
beforeEach(() => worker.reset());
after(async () => {
  await worker?.stop();
  signals?.stop();
});

const headers = (more, body) => ({ ...bearer({ scope: SCOPE }), ...more, ...(body && { "content-type": "application/json" }) });
const send = (method, path, body, more = {}) => worker.fetch(path, { method, headers: headers(more, body), body: body && JSON.stringify(body) });
const together = (one) => Promise.all(Array.from({ length: MANY }, (_, at) => one(at)));
const counted = (answers) => answers.reduce((all, { status }) => ({ ...all, [status]: (all[status] ?? 0) + 1 }), {});
const value = async (sql) => Object.values((await worker.sql(sql))[0])[0];
const audited = () => value("SELECT count(*) FROM audit");
const tagOf = (answer) => answer.headers.get("etag");

const isRunning = ({ status, text }) => status === 409 && text.includes("The first call under this idempotency key has not ended.");

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

/** Sends a call, waits for a signal that it gives, and hangs up; whatever the answer is, nobody reads it. */
function hangUp(path, more, signal) {
  const { hostname, port } = worker.url;
  return new Promise((resolve, reject) => {
    const sent = request({ host: hostname, port, path, method: "PATCH", headers: headers(more) });
    let isCut = false;
    sent.on("response", () => reject(new Error("answered before it was cut")));
    sent.on("error", (error) => (isCut ? resolve() : reject(error)));
    sent.on("close", resolve);
    sent.end();
    signal.came.then(() => {
      isCut = true;
      sent.destroy();
    });
  });
}

const grant = (secret) => worker.fetch("/oauth/token", { method: "POST", body: new URLSearchParams({ grant_type: "client_credentials", client_id: CLIENT, client_secret: secret }) });

const refresh = () => send("PATCH", refreshing(), undefined, { "idempotency-key": KEY });

/** Sends a refresh under the key, holds it where `where` says, and lets its caller hang up. release() resolves when it has ended. */
async function cutOff(where) {
  const [held, ended] = [signals.signal(), signals.notice()];
  await hangUp(refreshing(), { "idempotency-key": KEY, ...faults({ ...where(held.url), ended: ended.url }) }, held);
  return {
    release() {
      held.release();
      return ended.came;
    },
  };
}

test("a caller who is cut off after the commit gets the lost secret by repeating the call under its key", async () => {
  const first = await cutOff((url) => ({ batch: [{ holdAnswer: url }] }));
  assert.equal(await audited(), 1, "it is committed");
  const digest = await value(`SELECT digest FROM connection_secrets WHERE connection_id = '${CONNECTION}'`);
  assert.ok(isRunning(await refresh()));
  await first.release();
  const found = await refresh();
  assert.equal(found.status, 200);
  const { secret } = found.json.data;
  assert.equal((await grant(secret)).status, 200, "it is the one that counts");
  assert.deepEqual([await audited() - 1, await value(`SELECT digest FROM connection_secrets WHERE connection_id = '${CONNECTION}'`)], [0, digest]);
  const again = await refresh();
  assert.equal(again.json.data.secret, secret);
  const sealed = await value("SELECT secret FROM idempotency_keys");
  assert.ok(!JSON.stringify(await worker.sql("SELECT * FROM idempotency_keys")).includes(secret.slice(4, 30)) && sealed.length > 80);
});

/** The secret of the answer is the one that counts, and the only one that was made. */
async function isOnlyRefresh(answer) {
  assert.equal(answer.status, 200, answer.text);
  assert.equal((await grant(answer.json.data.secret)).status, 200);
  assert.equal(await value(`SELECT count(*) FROM connection_secrets WHERE connection_id = '${CONNECTION}'`), 1);
  assert.equal(await value("SELECT count(*) FROM audit WHERE action = 'connection.refresh_secret'"), 1);
}

test("a caller who is cut off before the commit gets the secret of that call by repeating it", async () => {
  const first = await cutOff((url) => ({ batch: [{ hold: url }] }));
  assert.equal(await audited(), 0);
  assert.ok(isRunning(await refresh()));
  await first.release();
  await isOnlyRefresh(await refresh());
});

test("a call whose caller was cut off and that arrives after its repeat changes nothing", async () => {
  const first = await cutOff((url) => ({ arrival: url }));
  const repeat = await refresh();
  await isOnlyRefresh(repeat);
  await first.release();
  await isOnlyRefresh(repeat);
});

test("a role that was made under a key is there once, whoever was told", async () => {
  const body = { name: "The one", scope: "a:read" };
  const first = await send("POST", "/admin/roles", body, { "idempotency-key": KEY });
  const again = await send("POST", "/admin/roles", body, { "idempotency-key": KEY });
  assert.deepEqual([again.status, again.headers.get("location"), tagOf(again)], [201, first.headers.get("location"), tagOf(first)]);
  assert.equal((await send("POST", "/admin/roles", body)).status, 422);
  assert.equal((await worker.fetch(role(ROLE), { headers: { ...bearer({ scope: SCOPE }), "if-none-match": tagOf(await worker.fetch(role(ROLE), { headers: bearer({ scope: SCOPE }) })) } })).status, 304);
});
