import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startWorker } from "./support/worker.mjs";

let worker;
before(async () => (worker = await startWorker()));
after(() => worker?.stop());

test("health answers without a token", async () => {
  const answer = await worker.fetch("/healthz");
  assert.equal(answer.status, 200);
});

test("the database is what the migrations make, with the fixture in it", async () => {
  const [{ n }] = await worker.sql("SELECT count(*) AS n FROM permissions WHERE id >= ?1", 4711);
  assert.equal(n, 6);
});
