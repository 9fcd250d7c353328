import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { verdicts } from '../lib/bounds.mjs';
import { ratio, summarize } from '../lib/figures.mjs';
import { keys } from '../lib/keys.mjs';
import { request } from '../lib/load.mjs';
import { picture } from '../lib/picture.mjs';
import { markdown } from '../lib/report.mjs';
import { together, tokensFor } from '../lib/rounds.mjs';
import { schema, statementsOf } from '../lib/seed.mjs';

test('the schema falls into statements, without comments', () => {
  assert.deepEqual(statementsOf('-- a; b\nCREATE TABLE a (b TEXT); -- c\nCREATE INDEX d ON a (b);'), ['CREATE TABLE a (b TEXT)', 'CREATE INDEX d ON a (b)']);
  assert.ok(schema().length >= 8);
});

test('a request is whole HTTP, with a place for its token', () => {
  const text = request({ method: 'PATCH', path: '/a', headers: { 'content-type': 'application/json' }, body: '{"ü":1}', tokens: 'hot' }, 80);
  assert.equal(text, 'PATCH /a HTTP/1.1\r\nhost: 127.0.0.1:80\r\ncontent-type: application/json\r\nauthorization: Bearer %t\r\ncontent-length: 8\r\n\r\n{"ü":1}');
});

test('no token is used twice: proofs, warm-up and rounds take theirs from places that do not overlap', () => {
  const out = mkdtempSync(join(tmpdir(), 'bench-'));
  try {
    const scene = { tokens: 'forged' };
    const tokens = tokensFor([scene], { rounds: 1, warmUp: 1, k: keys(out), out, said() {} });
    const [warmUp, first] = [tokens.of(scene, 0), tokens.of(scene, 1)];
    const lines = readFileSync(first.file, 'utf8').trimEnd().split('\n');
    assert.equal(new Set(lines).size, lines.length);
    assert.ok([0, 1, 2].every((n) => lines.indexOf(tokens.one(scene, n)) < warmUp.skip));
    assert.ok(warmUp.skip + warmUp.take <= first.skip && first.skip + first.take <= lines.length);
  } finally {
    rmSync(out, { recursive: true });
  }
});

const round = (cpu, trips = 1) => ({ cpu, rps: 1, p50: 1, trips, requests: 1 });

test('a ratio is of the medians, its spread of the rounds', () => {
  const found = ratio(summarize([round(100), round(300), round(200)]), summarize([round(400), round(400), round(100)]));
  assert.deepEqual(found, { of: 0.5, min: 0.25, median: 0.75, max: 2 });
});

test('the rounds of all processes count together; a contestant that answered wrongly in one process does not count', () => {
  const sums = together([{ s: { ours: [round(1), round(2)], peer: [round(9)] } }, { s: { ours: [round(6)] } }]);
  assert.deepEqual(Object.keys(sums.s), ['ours']);
  assert.deepEqual([sums.s.ours.rounds, sums.s.ours.cpu], [[1, 2, 6], { min: 1, median: 2, max: 6 }]);
});

const scene = { name: 's', title: 'S', bound: 'memory', trips: 0 };
/** What a run found: CPU of ours beside a peer of 100, round trips, KB of the bundle, ms of a cold start beside a floor of 10. */
const found = ({ cpu = 40, trips = 0, kb = 400, ms = 35 }) => ({
  scenes: { s: { ours: summarize([round(cpu, trips)]), peer: summarize([round(100)]) } },
  sizes: { ours: { raw: kb * 3000, gzip: kb * 1000 } },
  cold: { ours: { min: ms, median: ms, max: ms }, floor: { min: 10, median: 10, max: 10 } },
});

test('each bound is kept at its value and missed above it', () => {
  const kept = (figures) => verdicts(found(figures), [scene]).map(({ isMet }) => isMet);
  assert.deepEqual(kept({}), [true, true, true, true]);
  assert.deepEqual(kept({ cpu: 41 }), [false, true, true, true]);
  assert.deepEqual(kept({ trips: 1 }), [true, false, true, true]);
  assert.deepEqual(kept({ kb: 401 }), [true, true, false, true]);
  assert.deepEqual(kept({ ms: 36 }), [true, true, true, false]);
});

test('round trips and the bundle are the same in every run, times are not', () => {
  assert.deepEqual(verdicts(found({}), [scene]).map(({ isStable = false }) => isStable), [false, true, true, false]);
});

test('the report names what was missed and what was answered wrongly', () => {
  const result = { ...found({ trips: 1 }), broken: [{ scene: 'S', contestant: 'ours', wrong: '500 instead of 200' }], run: {} };
  const text = markdown({ ...result, verdicts: verdicts(result, [scene]) }, [scene]);
  assert.ok(text.includes('| S: D1 round trips | 1.00 | ≤ 0 | ✘ missed |'));
  assert.ok(text.includes('- S, ours: 500 instead of 200'));
});

test('the picture has a bar for each contestant', () => {
  const svg = picture({ s: { ours: summarize([round(20)]), floor: summarize([round(10)]) } }, [{ name: 's', title: 'a < b' }]);
  assert.equal(svg.match(/<rect x="190"/g).length, 3); // two bars, and one in the legend
  assert.ok(svg.includes('a &lt; b'));
});

test('the longest label of the picture begins within it, and so do those of the committed one', () => {
  const long = picture({ s: { ours: summarize([round(20)]) } }, [{ name: 's', title: 'm'.repeat(60) }]);
  const committed = readFileSync(resolve(import.meta.dirname, '../report.svg'), 'utf8');
  for (const svg of [long, committed]) {
    for (const [, end, label] of svg.matchAll(/<text x="(\d+)" y="\d+" text-anchor="end">([^<]*)</g)) assert.ok(end >= 6.5 * label.length, label);
  }
});

/** A circle of imports that begins at the file, as a list of files. */
function circle(file, importsOf, path = []) {
  if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
  return importsOf(file).map((next) => circle(next, importsOf, [...path, file])).find(Boolean);
}

test('no file imports itself, directly or through others', () => {
  const root = resolve(import.meta.dirname, '..');
  const importsOf = (file) =>
    [...readFileSync(file, 'utf8').matchAll(/^(?:import|export)\b[^'"=(]*?['"](\.[^'"]+)['"]/gm)]
      .flatMap(([, name]) => ['', '.ts'].map((ending) => resolve(file, '..', name + ending)))
      .filter((name) => existsSync(name));
  const files = ['.', 'lib', 'peer', 'test', '../scripts', '../scripts/lib']
    .flatMap((folder) => readdirSync(join(root, folder)).map((name) => join(root, folder, name)))
    .filter((file) => /\.(mjs|ts)$/.test(file));
  assert.ok(files.length > 50 && importsOf(join(root, 'peer/index.ts')).length > 5);
  for (const file of files) assert.equal(circle(file, importsOf), undefined);
  assert.deepEqual(circle('a', (file) => ({ a: ['b'], b: ['c'], c: ['b'] })[file]), ['b', 'c', 'b']);
});
