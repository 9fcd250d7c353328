// The report: what a run found, as Markdown, and its picture.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { ratio } from './figures.mjs';
import { picture } from './picture.mjs';
import { isPinned } from './workerd.mjs';

/** One line about the machine and the versions. */
export function machine({ date, flags }) {
  const version = (name) => JSON.parse(readFileSync(join(import.meta.dirname, `../node_modules/${name}/package.json`), 'utf8')).version;
  let wrk;
  try {
    execFileSync('wrk', ['-v'], { encoding: 'utf8' });
  } catch (error) {
    wrk = /wrk (\S+)/.exec(error.stdout)?.[1];
  }
  return [
    `${cpus()[0].model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GB, Linux ${release()}`,
    `workerd ${version('workerd')} (compatibility ${[date, ...flags].join(', ')}), Node ${process.version}, wrk ${wrk}`,
    `peer: Hono ${version('hono')}, jose ${version('jose')}, esbuild ${version('esbuild')}`,
    isPinned ? 'workerd on core 0, wrk on core 1' : 'nothing pinned to a core',
  ].join('; ');
}

const whole = (n) => Math.round(n).toLocaleString('en');
const range = (s) => (s ? `${whole(s.median)} <sub>${whole(s.min)}–${whole(s.max)}</sub>` : '–');
const times = (r) => (r ? `**${r.of.toFixed(2)}** <sub>${r.min.toFixed(2)}–${r.max.toFixed(2)}</sub>` : '–');

/** `heads`: the columns; those that begin with `:` hold text, the others hold numbers. */
function table(heads, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(heads.map((head) => head.replace(':', ''))), line(heads.map((head) => (head.startsWith(':') ? '---' : '---:'))), ...rows.map(line), ''];
}

function cpuTable(figures, scenes) {
  const names = ['ours', 'peer', 'peer-memo', 'floor'];
  const others = names.slice(1);
  const rows = scenes.filter(({ name }) => figures[name]).map(({ name, title }) => {
    const found = figures[name];
    return [title, ...names.map((n) => range(found[n]?.cpu)), ...others.map((n) => times(ratio(found.ours, found[n])))];
  });
  return table([':CPU µs a request', ...names, ...others.map((n) => `ours/${n}`)], rows);
}

function loadTable(figures, scenes) {
  const rows = scenes.flatMap(({ name, title }) =>
    Object.entries(figures[name] ?? {}).map(([contestant, s]) => [
      title, contestant, range(s.rps), range(s.p50), s.trips.max.toFixed(2), whole(s.requests),
    ]),
  );
  return table([':scene', ':contestant', 'requests/s', 'p50 µs', 'D1 round trips', 'requests'], rows);
}

/** `result`: see run.mjs. */
export function markdown(result, scenes) {
  const { run, verdicts, sizes, cold, broken } = result;
  const short = run.isShort ? ' in its short form, so read nothing into the times,' : '';
  const text = [
    '# Bench report',
    '',
    `Written by \`npm run bench\`${short} at ${run.date} in ${run.seconds} s. [README.md](README.md) says what is measured and how.`,
    '',
    `Machine: ${run.machine}. For each scene and contestant, after a warm-up: rounds of 1 s: ${run.rounds}, processes: ${run.processes}, connections: ${run.connections}.`,
    '',
    '![CPU per request](report.svg)',
    '',
    '## Bounds',
    '',
    ...table([':', 'measured', ':bound', ':'], verdicts.map(({ what, value, must, isMet }) => [what, value, must, isMet ? '✔' : '✘ missed'])),
    '## CPU',
    '',
    'The median of the rounds; small: minimum–maximum. A ratio is that of the medians; small: those of the single rounds.',
    '',
    ...cpuTable(result.scenes, scenes),
    '## Bundle',
    '',
    ...table([':', 'raw bytes', 'gzip -9'], Object.entries(sizes).map(([name, { raw, gzip }]) => [name, whole(raw), whole(gzip)])),
  ];
  if (cold) {
    text.push('## Cold start', '', 'From spawning workerd to the first role read, whose token has to be verified; the floor answers its constant.', '');
    const above = (s) => (cold.floor ? whole(s.median - cold.floor.median) : '–');
    text.push(...table([':', 'ms', 'more than the floor'], Object.entries(cold).map(([name, s]) => [name, range(s), above(s)])));
  }
  if (broken.length) {
    text.push('## Broken', '', 'These answers were wrong; the figures are missing or doubtful.', '');
    text.push(...broken.map(({ scene, contestant, wrong }) => `- ${scene}, ${contestant}: ${wrong.replaceAll('\n', ' ')}`), '');
  }
  text.push('## Throughput and latency', '', ...loadTable(result.scenes, scenes));
  return text.join('\n');
}

export function writeReport(dir, result, scenes) {
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'report.md'), markdown(result, scenes));
  writeFileSync(join(dir, 'report.svg'), picture(result.scenes, scenes));
}
