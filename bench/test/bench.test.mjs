import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { scansOf } from '../growth.mjs';
import { counted } from '../lib/callgrind.mjs';
import { bind, place } from '../lib/growth-data.mjs';
import { keys } from '../lib/keys.mjs';
import { request } from '../lib/load.mjs';
import { picture, ratio, summarize, verdicts } from '../lib/report.mjs';
import { together, tokensFor } from '../lib/rounds.mjs';
import { schema, statementsOf } from '../lib/seed.mjs';

const TABLES = new Set(['clients', 'connections', 'client_types', 'roles']);

test('a plan that reads a growing table from end to end is found, behind its alias too', () => {
  const found = (sql, ...plan) => scansOf(sql, plan, TABLES).map((s) => s.table);
  assert.deepEqual(found('SELECT * FROM connections WHERE redirect_uri = ?1', 'SCAN connections'), ['connections']);
  assert.deepEqual(found('SELECT 1 FROM clients c JOIN connections k', 'SCAN c', 'SEARCH k USING INDEX x (client_id=?)'), ['clients']);
  assert.deepEqual(found('SELECT 1 FROM roles AS r', 'SCAN r'), ['roles']);
});

test('an index, a small table, a subquery and json_each are no such plan', () => {
  const found = (sql, ...plan) => scansOf(sql, plan, TABLES);
  assert.deepEqual(found('SELECT id FROM roles ORDER BY inserted_at LIMIT 5', 'SCAN roles USING COVERING INDEX roles_by_creation'), []);
  assert.deepEqual(found('SELECT 1 FROM client_types t', 'SCAN t'), []);
  assert.deepEqual(found('SELECT 1 FROM json_each(?1)', 'SCAN json_each VIRTUAL TABLE INDEX 1:'), []);
  assert.deepEqual(found('SELECT 1 FROM (SELECT 1)', 'SCAN (subquery-1)', 'SCAN CONSTANT ROW'), []);
});

test('placeholders of one run belong together and differ between runs', () => {
  const [connection, client] = bind(['{connection}', '{client}'], 5, 1000);
  assert.equal(Number(client.slice(-12)), Math.floor(Number(connection.slice(-12)) / 20));
  assert.notEqual(place('{connection}', 5, 1000), place('{connection}', 6, 1000));
  assert.equal(typeof place('{permission}', 1, 1000), 'number');
  assert.match(place('{"id":"{role}"}', 1, 1000), /^\{"id":"role-46c5/);
});

test('the schema falls into statements, comments and all', () => {
  assert.deepEqual(statementsOf('-- a; b\nCREATE TABLE a (b TEXT); -- c\nCREATE INDEX d ON a (b);'), ['CREATE TABLE a (b TEXT)', 'CREATE INDEX d ON a (b)']);
  assert.ok(schema().length >= 8);
});

test('a request is whole HTTP, with the places for a token and a number', () => {
  const text = request({ method: 'PATCH', path: '/a/%d', headers: { 'content-type': 'application/json' }, body: '{"ü":1}', tokens: 'hot' }, 80);
  assert.equal(text, 'PATCH /a/%d HTTP/1.1\r\nhost: 127.0.0.1:80\r\ncontent-type: application/json\r\nauthorization: Bearer %t\r\ncontent-length: 8\r\n\r\n{"ü":1}');
});

test('no token is used twice: those that prove a scene, its warm-up and its rounds take theirs from places that do not overlap', () => {
  const out = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const scene = { tokens: 'forged' };
    const tokens = tokensFor([scene], { pairs: 1, seconds: 1, warmUp: 1, k: keys(out), out, said() {} });
    const [warmUp, first] = [tokens.of(scene, 0, 1), tokens.of(scene, 1, 1)];
    const lines = readFileSync(first.file, 'utf8').trimEnd().split('\n');
    assert.equal(new Set(lines).size, lines.length);
    assert.ok([0, 1, 2].every((n) => lines.indexOf(tokens.one(scene, n)) < warmUp.skip));
    assert.ok(warmUp.skip + warmUp.take <= first.skip && first.skip + first.take <= lines.length);
  } finally {
    rmSync(out, { recursive: true });
  }
});

const round = (cpu, trips = 1) => ({ cpu, rps: 1, p50: 1, p99: 1, trips, requests: 1, real: 0 });

test('a ratio is of the medians, its spread of the rounds', () => {
  const r = ratio(summarize([round(100), round(300), round(200)]), summarize([round(400), round(400), round(100)]));
  assert.deepEqual(r, { of: 0.5, min: 0.25, median: 0.75, max: 2 });
});

test('the rounds of all processes count together, and who answered wrongly in one of them not at all', () => {
  const sums = together([{ s: { ours: [round(1), round(2)], peer: [round(9)] } }, { s: { ours: [round(6)] } }]);
  assert.deepEqual(Object.keys(sums.s), ['ours']);
  assert.deepEqual([sums.s.ours.rounds, sums.s.ours.cpu], [[1, 2, 6], { min: 1, median: 2, max: 6 }]);
});

test('the marks tell a miss from a must and an aim, and a second round trip is a miss', () => {
  const scenes = [{ name: 's', title: 'S', goal: 'memory', trips: 0 }];
  const of = (ours, trips) =>
    verdicts({ stub: { s: { ours: summarize([round(ours, trips)]), peer: summarize([round(100)]) } }, sizes: {} }, scenes).map((v) => v.mark);
  assert.deepEqual(of(20, 0), ['aim', 'ok']);
  assert.deepEqual(of(30, 0), ['ok', 'ok']);
  assert.deepEqual(of(40, 1), ['MISS', 'MISS']);
});

test('the picture has a bar for each contestant', () => {
  const svg = picture({ stub: { s: { ours: summarize([round(20)]), floor: summarize([round(10)]) } } }, [{ name: 's', title: 'a < b' }]);
  assert.equal(svg.match(/<rect x="190"/g).length, 3); // two bars, and one in the legend
  assert.ok(svg.includes('a &lt; b'));
});

test('instructions are counted by function, those of V8\'s code by where it is, and what was called is not counted twice', () => {
  const dump = `events: Ir Dr Dw I1mr D1mr D1mw ILmr DLmr DLmw
fn=(1) malloc
0x10 0 5 1 1 2 2 2 3 4 6
cfn=(2) free'2
calls=3 0x30
0x14 0 900
fn=(2)
0x30 0 7
fn=(3) 0x0000000000001000
0x1000 0 11
0x2004 0 13 0 0 1 0 0 1
0x3000 0 17
`;
  const map = `2000 8 JS:old\n1000 10 JS:*handler index.js\n2000 8 JS:wasm-function[1]-1-turbofan\n`;
  const { counts, code, missed } = counted(dump, map, 7);
  assert.deepEqual(Object.fromEntries(counts), {
    malloc: 5,
    free: 7,
    'JS:*handler index.js': 11,
    'JS:wasm-function[1]-1-turbofan': 13,
    'JS: unknown': 17,
  });
  // 0x10 and 0x30 are in one line, and the latter was met seven times.
  assert.deepEqual([code, missed], [4 * 64, { code: 4, data: 10 }]);
});
