// Who runs: their code, settings, sizes and processes.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { isCode, weigh } from '../../scripts/lib/bundle.mjs';
import { load } from './seed.mjs';
import { answers, freePort, fresh, start, writeConfig } from './workerd.mjs';

const bench = resolve(import.meta.dirname, '..');

/** Compatibility date and flags of wrangler.toml. */
export function compatibility() {
  const toml = readFileSync(resolve(bench, '../wrangler.toml'), 'utf8');
  const flags = /^compatibility_flags\s*=\s*\[(.*?)\]/ms.exec(toml)?.[1] ?? '';
  return {
    date: /^compatibility_date\s*=\s*"([^"]+)"/m.exec(toml)[1],
    flags: [...flags.matchAll(/"([^"]+)"/g)].map(([, flag]) => flag),
  };
}

/** `build`: the folder of our build. */
export async function contestants({ esbuild, build, out, vars }) {
  await esbuild.build({
    entryPoints: [join(bench, 'peer/index.ts')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    outfile: join(out, 'peer/index.js'),
    logLevel: 'error',
  });
  if (!existsSync(join(build, 'index.js'))) throw new Error(`There is no index.js in ${build}: run \`npm run build\` first.`);
  // A copy, because a build may be replaced while the bench runs.
  fresh(join(out, 'ours'));
  for (const file of readdirSync(build).filter(isCode)) cpSync(join(build, file), join(out, 'ours', file));
  const peer = join(out, 'peer/index.js');
  return [
    { name: 'ours', entry: join(out, 'ours/index.js'), vars },
    { name: 'peer', entry: peer, vars },
    { name: 'peer-memo', entry: peer, vars: { ...vars, PEER_MEMO: '1' } },
    { name: 'floor', entry: join(bench, 'floor/index.js'), vars: {}, isConstant: true },
  ];
}

/** Bytes of all that is deployed. */
export function sizeOf({ entry }) {
  const sizes = readdirSync(dirname(entry)).filter(isCode).map((file) => weigh(join(dirname(entry), file)));
  return { raw: sizes.reduce((sum, { raw }) => sum + raw, 0), gzip: sizes.reduce((sum, { gzip }) => sum + gzip, 0) };
}

/** A function that starts a contestant in the folder `<label>-<name>`, with a database of its own that holds the sample rows. */
export function launcher({ out, compat, k }) {
  return async (contestant, label) => {
    const dir = fresh(join(out, 'run', `${label}-${contestant.name}`));
    const database = join(dir, 'd1');
    mkdirSync(database);
    const ports = { port: await freePort(), controlPort: await freePort(), d1Port: await freePort() };
    const config = writeConfig(dir, { entry: contestant.entry, bindings: contestant.vars, d1: 'stub', compat, database, ...ports });
    const process = start(config, dir);
    try {
      for (const port of Object.values(ports)) await answers(port);
      await load(ports.d1Port, k);
    } catch (error) {
      await process.stop();
      throw error;
    }
    const control = async (path, method = 'GET') =>
      (await fetch(`http://127.0.0.1:${ports.controlPort}${path}`, { method, headers: { connection: 'close' } })).json();
    return { ...contestant, port: ports.port, dir, pid: process.pid, stop: process.stop, control };
  };
}
