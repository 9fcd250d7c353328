import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaults, laid } from './defaults.mjs';
import { bytes, capacity, demand, service, simulate, waitMD1 } from './model.mjs';

const stream = (perSecond, serviceMs = 1, networkMs = 0) => [{ name: 's', perSecond, serviceMs, networkMs }];

test('the mean wait agrees with M/D/1 at low, middle and high load', () => {
  for (const load of [0.2, 0.5, 0.8, 0.9]) {
    const got = simulate({ streams: stream(load * 1000), seconds: 2000, queue: 1e9 }).streams[0].wait;
    const want = waitMD1(load * 1000, 1);
    assert.ok(Math.abs(got - want) / want < 0.05, `load ${load}: ${got} against ${want}`);
  }
});

test('an idle database costs the network and the query, nothing else', () => {
  const got = simulate({ streams: stream(1, 1, 20), seconds: 600 });
  assert.equal(got.streams[0].p50, 21);
  assert.equal(got.refused, 0);
});

test('the load is arrivals times service', () => {
  assert.ok(Math.abs(simulate({ streams: stream(400), seconds: 300 }).load - 0.4) < 0.01);
});

test('several streams share one queue', () => {
  const two = simulate({ streams: [...stream(300), { ...stream(300)[0], name: 'other' }], seconds: 600, queue: 1e9 });
  const want = waitMD1(600, 1);
  for (const s of two.streams) assert.ok(Math.abs(s.wait - want) / want < 0.07, `${s.name}: ${s.wait} against ${want}`);
});

test('past saturation the queue fills, latency stands at its length and the surplus is refused', () => {
  const got = simulate({ streams: stream(1250), seconds: 120, queue: 1000 });
  assert.ok(got.load > 0.99);
  assert.ok(Math.abs(got.refused - 0.2) < 0.02, String(got.refused));
  assert.ok(got.streams[0].p99 > 950 && got.streams[0].p99 < 1050, String(got.streams[0].p99));
});

test('the same seed gives the same answer', () => {
  const run = (seed) => JSON.stringify(simulate({ streams: stream(500), seconds: 20, seed }));
  assert.equal(run(7), run(7));
  assert.notEqual(run(7), run(8));
});

test('latency grows with the load', () => {
  const p99 = [100, 500, 800, 950].map((rate) => simulate({ streams: stream(rate), seconds: 300 }).streams[0].p99);
  assert.deepEqual(p99, [...p99].sort((a, b) => a - b));
});

test('capacity is where the simulated primary is as busy as asked', () => {
  for (const design of [{}, { replicas: true }, { shards: 4 }, { shards: 4, replicas: true }]) {
    const clients = capacity({ ...defaults, ...design }, 0.7);
    const got = service({ ...defaults, ...design, clients, seconds: 120 });
    assert.ok(Math.abs(Math.max(got.load, got.replicaLoad) - 0.7) < 0.03, `${JSON.stringify(design)}: ${got.load}, ${got.replicaLoad}`);
  }
});

test('replicas take the reads off the primary and shorten them far away, and leave grants there', () => {
  const clients = capacity(defaults, 0.5);
  const one = service({ ...defaults, clients });
  const replicated = service({ ...defaults, clients, replicas: true });
  assert.ok(replicated.load < one.load);
  assert.ok(replicated.streams['asia read'].p50 < one.streams['asia read'].p50 - 100);
  assert.ok(Math.abs(replicated.streams['asia grant'].p50 - one.streams['asia grant'].p50) < 5);
});

test('shards divide load and bytes, the load not quite evenly', () => {
  assert.ok(capacity({ ...defaults, shards: 4 }) > 3 * capacity(defaults));
  assert.ok(capacity({ ...defaults, shards: 4 }) < 4 * capacity(defaults));
  assert.equal(bytes(defaults.workload, defaults.storage, 1000, 4) * 4, bytes(defaults.workload, defaults.storage, 1000));
});

test('what memory answers never reaches D1', () => {
  const all = laid({ workload: { roleFromMemory: 0 } });
  const none = laid({ workload: { roleFromMemory: 1 } });
  assert.ok(demand(all.workload, 100).reads > demand(none.workload, 100).reads);
  assert.equal(demand(none.workload, 3600).reads, defaults.workload.perHour.list);
});

test('a setting that does not exist is refused', () => {
  assert.throws(() => laid({ worklod: {} }), /no such setting/);
});
