// The formulas behind the tables of docs/scale.md.
import assert from "node:assert/strict";
import { test } from "node:test";
import { capacity, defaults, demand, laid, ofClient, queue, weight } from "../../scripts/lib/scale.mjs";

const designs = [{}, { replicas: true }, { shards: 4 }, { shards: 4, replicas: true }];

/** The mean wait of `many` calls in turn, as arrivals in a fixed sequence of random gaps find the queue. */
function simulated(load, many) {
  let [state, now, free, waited] = [1, 0, 0, 0];
  for (let n = 0; n < many; n++) {
    state = (state * 48271) % 2147483647;
    now += -Math.log(state / 2147483647) / load;
    waited += Math.max(0, free - now);
    free = Math.max(free, now) + 1;
  }
  return waited / many;
}

test("the mean wait is the one of a simulated queue", () => {
  for (const load of [0.2, 0.5, 0.8, 0.9]) {
    const [got, want] = [queue(load, defaults.d1).wait, simulated(load, 2_000_000)];
    assert.ok(Math.abs(got - want) / want < 0.05, `load ${load}: ${got} against ${want}`);
  }
});

test("past saturation the wait is the whole queue, and the surplus is refused", () => {
  assert.deepEqual(queue(1.25, defaults.d1), { wait: 1000, refused: 1 - 1 / 1.25 });
  assert.equal(queue(1, defaults.d1).refused, 0);
  assert.equal(queue(0.9999, defaults.d1).wait, 1000);
});

test("capacity is where the busiest database is as busy as asked", () => {
  for (const { shards = 1, replicas = false } of designs) {
    const { reads, grants, writes } = demand(defaults.workload, capacity(defaults, { shards, replicas }, 0.7));
    const part = shards === 1 ? 1 : 1.15 / shards;
    const loads = replicas ? [grants + writes, reads * 0.6] : [reads + grants + writes];
    assert.ok(Math.abs((Math.max(...loads) * part) / 1000 - 0.7) < 1e-4, `${shards} shards, replicas ${replicas}`);
  }
});

test("what memory answers never reaches D1", () => {
  const reads = (roleFromMemory) => demand({ ...defaults.workload, roleFromMemory }, 3600).reads;
  assert.equal(reads(1), defaults.workload.perHour.list);
  assert.equal(reads(0), defaults.workload.perHour.list + defaults.workload.perHour.roleRead);
});

test("a client weighs its rows and what it piled up", () => {
  const { rows, audit, refresh, all } = weight(defaults.workload, defaults.storage);
  assert.equal(rows, 580 + 20 * 700);
  assert.equal(audit, 0.05 * 10 * 30 * 290);
  assert.equal(refresh, (8 * 10 * 0.1 + 20) * 180);
  assert.equal(all, rows + audit + refresh);
});

test("measured sizes take the place of those that are assumed", () => {
  const { perClient, perConnection, perAudit, perRefresh } = defaults.storage;
  const sizes = Object.entries({ client: perClient, connection: perConnection - 300, secret: 300, "audit row": perAudit, "grant of a client for itself": perRefresh });
  const { bytes, clients } = ofClient(sizes.map(([name, size]) => ({ name, bytes: size })));
  assert.equal(bytes, weight(defaults.workload, defaults.storage).all);
  assert.equal(clients, Math.floor(10e9 / bytes));
});

test("a setting replaces the default, and one that does not exist is refused", () => {
  const over = laid({ d1: { queryMs: 2 }, regions: [] });
  assert.deepEqual([over.d1.queryMs, over.d1.queue, over.regions], [2, 1000, []]);
  assert.throws(() => laid({ worklod: {} }), /no such setting: worklod/);
});
