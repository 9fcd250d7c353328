// Who runs: their code, settings, sizes and processes.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { load } from './seed.mjs';
import { answers, freePort, fresh, start, writeConfig } from './workerd.mjs';

const bench = resolve(import.meta.dirname, '..');
const isCode = (file) => /\.(js|wasm)$/.test(file);

/** Compatibility date and flags of wrangler.toml. */
export function compatibility() {
  const file = resolve(bench, '../wrangler.toml');
  const toml = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const flags = /^compatibility_flags\s*=\s*\[(.*?)\]/ms.exec(toml)?.[1] ?? '';
  return {
    date: /^compatibility_date\s*=\s*"([^"]+)"/m.exec(toml)?.[1] ?? '2026-11-01',
    flags: [...flags.matchAll(/"([^"]+)"/g)].map((m) => m[1]),
  };
}

/** `build`: the folder of ours; without a build in it the others run alone. */
export async function contestants({ esbuild, build, out, vars, said }) {
  await esbuild.build({
    entryPoints: [join(bench, 'peer/index.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outfile: join(out, 'peer/index.js'),
    logLevel: 'error',
  });
  const isBuilt = existsSync(join(build, 'index.js'));
  if (isBuilt) {
    // A copy, because a build may be replaced while we run.
    fresh(join(out, 'ours'));
    for (const file of readdirSync(build).filter(isCode)) cpSync(join(build, file), join(out, 'ours', file));
  } else said(`No build in ${build}: the peer and the floor run alone.`);
  return [
    ...(isBuilt ? [{ name: 'ours', entry: join(out, 'ours/index.js'), vars }] : []),
    { name: 'peer', entry: join(out, 'peer/index.js'), vars },
    { name: 'memo', entry: join(out, 'peer/index.js'), vars: { ...vars, PEER_MEMO: '1' } },
    { name: 'floor', entry: join(bench, 'floor/index.js'), vars: {}, constant: true },
  ];
}

/** What no Worker can be below in a scene: `floor/<least>.js`. */
export const leastOf = (least, vars) => ({ name: 'least', entry: join(bench, 'floor', `${least}.js`), vars, least });

/** In bytes; of the floor its one file, of the others all that is deployed. */
export function sizeOf({ entry, constant }) {
  const files = constant ? [entry] : readdirSync(dirname(entry)).filter(isCode).map((file) => join(dirname(entry), file));
  const all = files.map((file) => readFileSync(file));
  const sum = (of) => all.reduce((total, bytes) => total + of(bytes), 0);
  return { raw: sum((bytes) => bytes.length), gzip: sum((bytes) => gzipSync(bytes, { level: 9 }).length) };
}

/**
 * Starts contestants in folders `<label>-<name>`, each with a database of its own that holds the sample rows. `v8`: flags of V8;
 * the rest is [`start`]'s.
 */
export function launcher({ out, compat, k }) {
  return async (contestant, label, { v8, ...how } = {}) => {
    const dir = fresh(join(out, 'run', `${label}-${contestant.name}`));
    const database = join(dir, 'd1');
    mkdirSync(database);
    const ports = { port: await freePort(), controlPort: await freePort(), d1Port: await freePort() };
    const config = writeConfig(dir, { entry: contestant.entry, bindings: contestant.vars, d1: 'stub', compat, database, v8, ...ports });
    const process = start(config, dir, how);
    try {
      for (const port of Object.values(ports)) await answers(port, how.under ? 20_000 : undefined);
      await load(ports.d1Port, k);
    } catch (error) {
      await process.stop();
      throw error;
    }
    const control = async (path = '/stats', body) =>
      (await fetch(`http://127.0.0.1:${ports.controlPort}${path}`, { ...(body === undefined ? {} : { method: 'POST', body }), headers: { connection: 'close' } })).json();
    return { ...contestant, ...ports, dir, pid: process.pid, stop: process.stop, control };
  };
}
