// Growth: every statement of ours against databases of 1,000, 100,000 and 1,000,000 connections (and up to 100,000
// roles), in native SQLite and in the local D1, with the query plan of each. Alone: `node bench/growth.mjs [--short]`.
//
// The statements come as JSON, [{"name", "sql", "params"}], from --statements FILE, or from the crate's own tests
// (tests/native/statements.rs). In a parameter {client}, {connection} and the like stand for ids of
// rows that exist, another one at each run; README.md lists them.
import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { bind, filling, rolesOf } from './lib/growth-data.mjs';
import { schema } from './lib/seed.mjs';
import { answers, freePort, fresh, start, writeConfig } from './lib/workerd.mjs';

const here = import.meta.dirname;
const run = promisify(execFile);
const SIZES = [1_000, 100_000, 1_000_000];
const ROUNDS = 11;
const D1_RUNS = 60;
/** A search that looks at every row of a million would take hours: a few runs in a few rounds say what it costs. */
const FEW_ROUNDS = 2;
const FEW_RUNS = 3;
const MOST_MICROS = 200_000;
/** None of ours: what any lookup, and any removal of rows, pays for bigger tables. A tree of a million rows is a level or two higher. */
const BARE = [
  { name: 'a bare row by its primary key', sql: 'SELECT * FROM connections WHERE id = ?', params: ['{connection}'] },
  { name: "a bare delete of a group's permissions", sql: 'DELETE FROM permissions WHERE access_group_id = ? RETURNING id', params: ['{group}'] },
];
/** Tables that do not grow with the service's use; the head has one row, the totals three. */
const SMALL = new Set(['client_types', 'audit_head', 'totals']);

// ── plans ────────────────────────────────────────────────────────────────────────────────────────────────────────
/** The lines of a plan that read a growing table from end to end without any index. */
export function scansOf(sql, plan, tables) {
  const alias = new Map([...tables].map((t) => [t, t]));
  for (const [, table, , name] of sql.matchAll(/\b(?:from|join|update|into)\s+(\w+)(\s+as)?\s+(\w+)/gi))
    if (tables.has(table)) alias.set(name, table);
  for (const [, table, , name] of sql.matchAll(/,\s*(\w+)(\s+as)?\s+(\w+)/gi)) if (tables.has(table) && !alias.has(name)) alias.set(name, table);
  return plan
    .filter((line) => /^SCAN /.test(line) && !/ USING (COVERING )?INDEX /.test(line) && !/ VIRTUAL TABLE/.test(line))
    .map((line) => ({ line, table: alias.get(line.split(' ')[1]) }))
    .filter(({ table }) => table && !SMALL.has(table));
}
/** A filter that asks whether something is contained in each row: no index knows that, and every row is looked at. */
const isSearch = (sql) => /instr\((lower\(|' ' \|\| )(name|scope|redirect_uri)|\.name LIKE \?/.test(sql);
const tablesOf = () => new Set(schema().map((s) => /^CREATE TABLE (\w+)/i.exec(s)?.[1]).filter(Boolean));

// ── native ───────────────────────────────────────────────────────────────────────────────────────────────────────
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** Runs in a Node that has node:sqlite. */
async function native({ statements, sizes, out, rounds, runs }) {
  const { DatabaseSync } = await import('node:sqlite');
  const open = sizes.map((n) => {
    const file = databaseFile(out, n);
    if (!existsSync(file)) {
      const half = `${file}.part`;
      rmSync(half, { force: true });
      const db = new DatabaseSync(half);
      db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -400000; PRAGMA foreign_keys = OFF; PRAGMA temp_store = MEMORY');
      for (const sql of schema()) db.exec(sql);
      db.exec('BEGIN');
      for (const sql of filling(n)) db.exec(sql);
      db.exec('COMMIT');
      db.close();
      renameSync(half, file);
    }
    const db = new DatabaseSync(file);
    db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON; PRAGMA cache_size = -4000000');
    readAll(db);
    return { n, db };
  });
  const tables = tablesOf();
  const scans = [];
  const all = statements.map(({ name, sql, params }) => {
    const last = open.at(-1);
    const plan = last.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...bind(params, 0, last.n)).map((r) => r.detail);
    if (!isSearch(sql)) for (const { line, table } of scansOf(sql, plan, tables)) scans.push({ name, table, plan: line });
    return { name, sql, params, plan, near: open.map(() => []), far: open.map(() => []), found: { near: 0, far: 0 } };
  });
  // Each round goes through all statements: a bad second of the machine then spoils one round of some of them, not all
  // rounds of one.
  for (let round = 0; round < rounds; round++)
    for (const one of all.filter(({ sql }) => round < FEW_ROUNDS || !isSearch(sql)))
      for (const set of ['near', 'far'])
        open.forEach((database, at) => {
          const { p50, found } = timed(database, one, { near: set === 'near', first: set === 'near' ? 0 : round * runs, runs });
          one[set][at].push(p50);
          one.found[set] += found;
        });
  const rowsOf = (set) =>
    all.map((one) => {
      const p50 = one[set].map((list) => Math.min(...list));
      return { name: one.name, p50, ratio: p50.at(-1) / p50[0], found: one.found[set], plan: set === 'near' ? one.plan.map((p) => p.replaceAll('|', '/')).join('; ') : '' };
    });
  return { near: rowsOf('near'), far: rowsOf('far'), scans };
}

/** The median of a statement's runs, and how many rows it found. */
function timed({ n, db }, { sql, params }, { near, first, runs }) {
  const statement = db.prepare(sql);
  const times = [];
  let found = 0;
  // Every run finds the database as it was. A transaction each, as D1 makes one: a savepoint in a longer
  // one would copy every page it changes, which is no part of the statement and grows with the tables.
  const [begin, back] = [db.prepare('BEGIN'), db.prepare('ROLLBACK')];
  for (let i = 0, spent = 0; i < runs && (i < FEW_RUNS || spent < MOST_MICROS); i++) {
    const values = bind(params, first + i, n, near);
    begin.run();
    try {
      const t = process.hrtime.bigint();
      const got = statement.all(...values);
      times.push(Number(process.hrtime.bigint() - t) / 1000);
      spent += times.at(-1);
      found += got.length;
    } finally {
      back.run();
    }
  }
  return { p50: median(times.slice(times.length >> 3)), found };
}

/** Every page into SQLite's cache, so that no statement pays for reading a file because it is the first to ask. */
function readAll(db) {
  const parts = db.prepare("SELECT name, type, tbl_name, sql FROM sqlite_schema WHERE type IN ('table', 'index') AND name NOT GLOB 'sqlite_[^a]*'").all();
  for (const { name, type, tbl_name: table, sql } of parts) {
    const where = / WHERE (.*)/.exec(type === 'index' ? sql : null)?.[0] ?? '';
    db.prepare(`SELECT count(*) FROM ${table} ${type === 'table' ? 'NOT INDEXED' : `INDEXED BY ${name}`}${where}`).get();
  }
}

const hash = () => createHash('sha256').update(JSON.stringify([schema(), filling(1000)])).digest('hex').slice(0, 12);
const databaseFile = (out, n) => join(out, `growth-${hash()}-${n}.db`);

function modernNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 13)) return process.execPath;
  for (const at of [here, resolve(here, '..')]) {
    const file = join(at, 'node_modules/node/bin/node');
    if (existsSync(file) && spawnSync(file, ['-v']).status === 0) return file;
  }
  throw new Error('needs Node 22 for node:sqlite: npm ci --prefix bench brings it');
}

// ── local D1 ─────────────────────────────────────────────────────────────────────────────────────────────────────
async function localD1({ statements, sizes, out, runs }) {
  const open = [];
  try {
    for (const n of sizes) {
      const dir = fresh(join(out, 'run', `growth-${n}`));
      const database = join(dir, 'd1');
      mkdirSync(database);
      const make = async () => {
        const ports = { port: await freePort(), d1Port: await freePort() };
        const config = writeConfig(dir, { entry: join(here, 'floor/index.js'), bindings: {}, d1: 'real', compat: { date: '2026-01-01' }, database, ...ports });
        const process = start(config, dir);
        await answers(ports.d1Port);
        return { ...process, ...ports, n };
      };
      // The object makes its file; the file that native SQLite filled takes its place.
      const first = await make();
      await query(first.d1Port, [{ sql: 'CREATE TABLE made (i)', params: [] }]);
      await first.stop();
      const file = readdirSync(database, { recursive: true }).find((f) => f.endsWith('.sqlite') && !f.endsWith('metadata.sqlite'));
      for (const tail of ['', '-wal', '-shm']) rmSync(join(database, file + tail), { force: true });
      cpSync(databaseFile(out, n), join(database, file));
      open.push(await make());
    }
    const rowsIn = async (d1Port) => JSON.stringify((await query(d1Port, TABLES_COUNTED)).map((answer) => answer.results));
    const before = await rowsIn(open[0].d1Port);
    const rows = [];
    for (const { name, sql, params } of statements) {
      const times = open.map(() => []);
      const began = Date.now();
      for (let i = 0; i < runs && (i < FEW_RUNS || Date.now() - began < 2000); i++)
        for (const [at, { n, d1Port }] of open.entries()) {
          const body = [{ sql, params: bind(params, i, n) }, ...(/^SELECT/i.test(sql) ? [] : [UNDO])];
          const t = process.hrtime.bigint();
          await query(d1Port, body);
          times[at].push(Number(process.hrtime.bigint() - t) / 1000);
        }
      const p50 = times.map((list) => median(list.slice(list.length >> 3)));
      rows.push({ name, p50, ratio: p50.at(-1) / p50[0] });
    }
    if ((await rowsIn(open[0].d1Port)) !== before) throw new Error('a statement of the growth part was not undone');
    return { rows };
  } finally {
    for (const p of open) await p.stop();
  }
}

/** Fails, and with it the whole batch: a row that one run deletes must not be missing, and so cheap, in the next. */
const UNDO = { sql: "SELECT json('undo')", params: [] };
const counted = ['clients', 'connections', 'connection_secrets', 'roles', 'access_groups', 'permissions', 'audit'];
const TABLES_COUNTED = counted.map((table) => ({ sql: `SELECT count(*) FROM ${table}`, params: [] }));

async function query(port, body) {
  const answer = await fetch(`http://127.0.0.1:${port}/query?resultsFormat=ROWS_AND_COLUMNS`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  const got = await answer.json();
  if (body.includes(UNDO) && /malformed JSON/.test(got.error)) return got;
  if (!Array.isArray(got) || body.includes(UNDO)) throw new Error(`${got.error}: ${body[0].sql.slice(0, 120)}`);
  return got;
}

// ── together ─────────────────────────────────────────────────────────────────────────────────────────────────────
async function statementsOf(file, out) {
  if (file) return JSON.parse(readFileSync(file, 'utf8'));
  const made = join(out, 'statements.json');
  const crate = resolve(here, '..');
  const test = ['test', '--quiet', '--locked', '--test', 'native', 'statements::'];
  await run('cargo', test, { cwd: crate, env: { ...process.env, STATEMENTS: made }, maxBuffer: 1 << 26 });
  return JSON.parse(readFileSync(made, 'utf8'));
}

export async function growth({ short = false, out, say = console.log, statements: file, local = true }) {
  mkdirSync(out, { recursive: true });
  const statements = [...BARE, ...(await statementsOf(file, out))];
  const sizes = short ? [1_000, 20_000] : SIZES;
  say(`Growth: ${statements.length} statements over ${sizes.map((n) => n.toLocaleString('en')).join(', ')} connections`);
  const job = join(out, 'growth-job.json');
  writeFileSync(job, JSON.stringify({ statements, sizes, out, rounds: short ? 1 : ROUNDS, runs: 200 }));
  const { stdout } = await run(modernNode(), ['--no-warnings', join(here, 'growth.mjs'), '--job', job], { maxBuffer: 1 << 26 });
  const { near, far, scans } = JSON.parse(stdout);
  const parts = [
    { key: 'near', heading: 'Native SQLite, a working set of some forty clients, p50 µs', sizes, rows: near },
    { key: 'far', heading: 'Native SQLite, rows spread over the whole table, p50 µs', sizes, rows: far },
  ];
  if (local && !short) {
    const d1 = await localD1({ statements, sizes, out, runs: D1_RUNS });
    parts.push({ key: 'd1', heading: 'Local D1, one call over HTTP, rows spread over the whole table, p50 µs', sizes, rows: d1.rows });
  }
  for (const part of parts) {
    for (const row of part.rows) row.search = isSearch(statements.find(({ name }) => name === row.name).sql);
    part.bare = part.rows.slice(0, BARE.length);
    part.worst = part.rows.slice(BARE.length).filter(({ search }) => !search).sort((a, b) => b.ratio - a.ratio)[0];
    say(`  ${part.heading}`);
    for (const row of part.rows)
      say(`    ${row.name.padEnd(34)} ${row.p50.map((n) => n.toFixed(1).padStart(9)).join('')}  ${row.ratio.toFixed(2)}×${row.found === 0 ? '  (found no row)' : ''}${row.search ? '  (a search: looks at every row)' : ''}`);
  }
  for (const s of scans) say(`  SCAN ${s.name}: ${s.plan}`);
  const sized = sizes.map((n) => `${n.toLocaleString('en')} connections with ${rolesOf(n).toLocaleString('en')} roles`);
  return {
    parts,
    scans,
    note:
      `Databases: ${sized.join('; ')}, all pages in SQLite's memory. Native figures are the least of the rounds' medians; ` +
      'every run is a transaction of its own, undone outside the measured time. Rows spread over the whole table pay for ' +
      'cache misses of the processor, which a database of a megabyte never has and one of a gigabyte always: the bare row ' +
      'by its primary key shows how much of the growth is that, and the bare delete what removing rows costs in higher trees. The working set ' +
      'shows what the statements themselves add, and the call to D1 what a caller feels of both.',
  };
}

if (process.argv[1] === join(here, 'growth.mjs')) {
  const at = (name) => process.argv.indexOf(name);
  if (at('--job') > 0) {
    console.log(JSON.stringify(await native(JSON.parse(readFileSync(process.argv[at('--job') + 1], 'utf8')))));
  } else {
    const result = await growth({
      short: at('--short') > 0,
      out: join(here, 'out'),
      statements: at('--statements') > 0 ? process.argv[at('--statements') + 1] : undefined,
      local: at('--no-local') < 0,
    });
    process.exitCode = result.scans.length ? 1 : 0;
  }
}
