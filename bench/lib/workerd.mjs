// workerd without a proxy in front: one process for each Worker, on a core of its own where the machine allows it.
// The runtime tests and the load test use it too.
import { spawn, execFileSync } from 'node:child_process';
import { mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { connect, createServer } from 'node:net';

const { default: WORKERD } = createRequire(import.meta.url)('workerd');
const here = resolve(import.meta.dirname, '..');

/** Whether a process can be bound to a core, and there is a second core. */
export const isPinned = (() => {
  try {
    execFileSync('taskset', ['-V'], { stdio: 'ignore' });
    return availableParallelism() > 1;
  } catch {
    return false;
  }
})();

/** The command on that core, or on any core where processes are not pinned. */
export const onCore = (core, command) => (isPinned ? ['taskset', '-c', String(core), ...command] : command);

export async function freePort() {
  return new Promise((ok, fail) => {
    const server = createServer()
      .on('error', fail)
      .listen(0, '127.0.0.1', () => {
        const { port } = server.address();
        server.close(() => ok(port));
      });
  });
}

// JSON's string escapes are Cap'n Proto's.
const text = (value) => JSON.stringify(value);

/** The modules of a build: the entry first, then the files beside it, which the entry may import. */
function modulesOf(entry) {
  const dir = join(entry, '..');
  const main = entry.slice(dir.length + 1);
  const files = [main, ...readdirSync(dir).filter((f) => f !== main && /\.(wasm|js|mjs)$/.test(f))];
  return files.map((file) => ({ name: file, kind: file.endsWith('.wasm') ? 'wasm' : 'esModule', path: join(dir, file) }));
}

/**
 * Writes the configuration of one Worker and answers its path. `d1`: "stub" (repeats answers, and asks the real D1 for those that
 * it has not heard), "preset" (repeats those of `preset`), "real", or "counted" (the real one; the module `counter` stands before D1,
 * KV and the internet, counts, and can run the Worker's cron trigger by its binding MAIN).
 * `isLocal`: its Worker may ask servers of this machine.
 */
export function writeConfig(dir, { entry, bindings, d1, preset, port, controlPort, d1Port, compat, database, counter, isLocal = false }) {
  mkdirSync(dir, { recursive: true });
  const modules = modulesOf(entry)
    .map((m) => `(name = ${text(m.name)}, ${m.kind} = embed ${text(m.path)})`)
    .join(',\n      ');
  const flags = (compat.flags ?? []).map(text).join(', ');
  const real = d1 !== 'preset';
  const realService = `(name = "d1-real", props = (json = ${text(JSON.stringify({ database: 'bench' }))}))`;
  const fetcher = d1 === 'real' ? realService : '"d1-stub"';
  const counted = (entrypoint) => `(name = "d1-stub", entrypoint = ${text(entrypoint)})`;
  const vars = Object.entries(bindings)
    .map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`)
    .join(',\n      ');
  if (preset) writeFileSync(join(dir, 'preset.json'), preset);
  const config = `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    ${isLocal ? '(name = "internet", network = (allow = ["local"])),' : ''}
    (name = "kv", worker = (compatibilityDate = "2026-01-01",
      modules = [(name = "kv.js", esModule = embed ${text(join(here, 'stub/kv.js'))})])),
    (name = "d1-stub", worker = (compatibilityDate = "2026-01-01",${counter ? ' compatibilityFlags = ["service_binding_extra_handlers"],' : ''}
      modules = [(name = "d1.js", esModule = embed ${text(counter ?? join(here, 'stub/d1.js'))})],
      bindings = [
        ${preset ? '(name = "PRESET", text = embed "preset.json"),' : ''}
        ${real ? `(name = "REAL", service = ${realService}),` : ''}
        ${counter ? '(name = "MAIN", service = "main"),' : ''}
      ])),
    ${
      real
        ? `(name = "d1-disk", disk = (path = ${text(database)}, writable = true)),
    (name = "d1-real", worker = (compatibilityDate = "2026-01-01",
      modules = [(name = "d1.js", bundled = "/workerd/d1.js")],
      durableObjectNamespaces = [(className = "D1Database", uniqueKey = "bench-d1", enableSql = true)],
      durableObjectStorage = (localDisk = "d1-disk"),
      bindings = [(name = "DATABASE", durableObjectNamespace = "D1Database")])),`
        : ''
    }
  ],
  sockets = [
    (name = "http", address = "127.0.0.1:${port}", http = (), service = "main"),
    ${controlPort ? `(name = "control", address = "127.0.0.1:${controlPort}", http = (), service = (name = "d1-stub", entrypoint = "control")),` : ''}
    ${d1Port ? `(name = "d1", address = "127.0.0.1:${d1Port}", http = (), service = ${realService}),` : ''}
  ]
);
const main :Workerd.Worker = (
  compatibilityDate = ${text(compat.date)},
  compatibilityFlags = [${flags}],
  modules = [
      ${modules}
  ],
  bindings = [
      (name = "DB", wrapped = (moduleName = "cloudflare-internal:d1-api",
        innerBindings = [(name = "fetcher", service = ${fetcher})])),
      (name = "CACHE", kvNamespace = ${counter ? counted('kv') : '"kv"'}),
      ${vars}
  ],
  ${counter ? `globalOutbound = ${counted('outside')},` : ''}
);
`;
  const file = join(dir, 'config.capnp');
  writeFileSync(file, config);
  return file;
}

/** Starts workerd on core 0. What the Workers log is thrown away, for every contestant alike; complaints of workerd are kept. */
export function start(config, dir) {
  const log = openSync(join(dir, 'log.txt'), 'w');
  const [command, ...args] = onCore(0, [WORKERD, 'serve', '--experimental', '-I/', config]);
  const child = spawn(command, args, { cwd: dir, stdio: ['ignore', 'ignore', log] });
  let hasExited = false;
  let isStopping = false;
  child.on('exit', (code, signal) => {
    hasExited = true;
    if (!isStopping) console.error(`workerd of ${dir} ended by itself (${code ?? signal}), see ${dir}/log.txt`);
  });
  const stop = () =>
    new Promise((done) => {
      if (hasExited) return done();
      isStopping = true;
      child.once('exit', done);
      child.kill('SIGTERM');
      setTimeout(() => child.kill('SIGKILL'), 2000).unref();
    });
  return { pid: child.pid, stop };
}

/** Waits until something listens on the port. */
export async function answers(port) {
  for (let tries = 0; tries < 2000; tries++) {
    const open = await new Promise((ok) => {
      const socket = connect(port, '127.0.0.1', () => ok(true)).on('error', () => ok(false));
      socket.unref();
      socket.on('connect', () => socket.destroy());
    });
    if (open) return;
    await new Promise((ok) => setTimeout(ok, 5));
  }
  throw new Error(`nothing listens on ${port}`);
}

/** CPU time of the process in µs, all threads, in steps of 10 ms. */
export function cpuMicros(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

/** Resident memory of the process in KB. */
export const rssKb = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN);

/** An empty folder. */
export const fresh = (dir) => {
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir, { recursive: true });
  return dir;
};
