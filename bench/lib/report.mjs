// Figures to a Markdown report, an SVG picture and the marks of issue 5's tables.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { createRequire } from 'node:module';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const sorted = (list) => [...list].sort((a, b) => a - b);
export const median = (list) => {
  const s = sorted(list);
  return s.length % 2 ? s[s.length >> 1] : (s[s.length / 2 - 1] + s[s.length / 2]) / 2;
};
const spread = (list) => ({ min: Math.min(...list), median: median(list), max: Math.max(...list) });

export function summarize(rounds) {
  const out = { rounds: rounds.map((r) => r.cpu) };
  for (const what of ['cpu', 'rps', 'p50', 'p99', 'trips']) out[what] = spread(rounds.map((r) => r[what]));
  out.requests = rounds.reduce((n, r) => n + r.requests, 0);
  out.real = rounds.reduce((n, r) => n + r.real, 0);
  return out;
}

/** Ratio of the medians, and the spread of the ratios of the rounds, which share the machine's weather. */
export function ratio(a, b) {
  if (!a || !b) return undefined;
  return { of: a.cpu.median / b.cpu.median, ...spread(a.rounds.map((n, i) => n / b.rounds[i])) };
}

export function machine() {
  const require = createRequire(import.meta.url);
  const version = (name) => require(`${name}/package.json`).version;
  let wrk = '';
  try {
    execFileSync('wrk', ['-v'], { encoding: 'utf8' });
  } catch (e) {
    wrk = /wrk (\S+)/.exec(e.stdout ?? '')?.[1] ?? '';
  }
  const own = (name) => JSON.parse(readFileSync(join(import.meta.dirname, `../node_modules/${name}/package.json`), 'utf8')).version;
  return {
    cpu: cpus()[0].model.trim(),
    cores: cpus().length,
    memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
    kernel: release(),
    node: process.version,
    workerd: version('workerd'),
    hono: own('hono'),
    jose: own('jose'),
    esbuild: own('esbuild'),
    wrk,
    date: new Date().toISOString().slice(0, 16) + 'Z',
  };
}

const GOALS = {
  memory: { what: 'hot token, answered from memory', must: 0.35, aim: 0.25 },
  d1: { what: 'hot token, one D1 call', must: 0.7, aim: 0.6, memo: 1.0 },
  cold: { what: 'cold token', must: 1.0, aim: 0.85 },
  forged: { what: 'forged token', must: 1.0, aim: 0.85 },
  grant: { what: 'client_credentials grant', must: 0.95, aim: 0.75 },
  bare: { what: 'no token', must: 1.5, aim: 1.1 },
};

const mark = (value, must, aim) => (value <= (aim ?? must) ? (aim === undefined ? 'ok' : 'aim') : value <= must ? 'ok' : 'MISS');

export function verdicts(result, scenes) {
  const out = [];
  for (const scene of scenes) {
    const s = result.stub?.[scene.name];
    const goal = GOALS[scene.goal];
    if (!goal || !s?.ours || !s.peer) continue;
    const r = ratio(s.ours, s.peer);
    const memo = s.memo && ratio(s.ours, s.memo);
    const aimed = r.of <= goal.aim && (goal.memo === undefined || !memo || memo.of <= goal.memo);
    out.push({
      what: `${scene.title}: CPU, ours/peer`,
      value: `${r.of.toFixed(2)}${goal.memo && memo ? ` (ours/peer-memo ${memo.of.toFixed(2)})` : ''}`,
      must: `≤ ${goal.must}`,
      aim: `≤ ${goal.aim}${goal.memo ? `, peer-memo ≤ ${goal.memo}` : ''}`,
      mark: r.of > goal.must ? 'MISS' : aimed ? 'aim' : 'ok',
    });
  }
  for (const scene of scenes) {
    const s = result.stub?.[scene.name];
    if (!s?.ours) continue;
    out.push({ what: `${scene.title}: D1 round trips`, value: s.ours.trips.max.toFixed(2), must: `≤ ${scene.trips}`, mark: s.ours.trips.max <= scene.trips + 0.05 ? 'ok' : 'MISS' });
  }
  if (result.sizes.ours) {
    const kb = result.sizes.ours.gzip / 1000;
    out.push({ what: 'bundle, gzip -9, wasm + js', value: `${kb.toFixed(1)} KB`, must: '≤ 350 KB', aim: '≤ 200 KB', mark: mark(kb, 350, 200) });
  }
  if (result.cold?.ours && result.cold.floor) {
    const more = result.cold.ours.median - result.cold.floor.median;
    out.push({ what: 'cold start to a first verified role read', value: `floor + ${more.toFixed(0)} ms`, must: 'floor + 25 ms', aim: 'floor + 15 ms', mark: mark(more, 25, 15) });
  }
  if (result.memory?.ours) {
    const { before, after } = result.memory.ours;
    const mb = ({ before, after }) => `${(before / 1024).toFixed(0)} → ${(after / 1024).toFixed(0)} MB`;
    const floor = result.memory.floor ? ` (the floor: ${mb(result.memory.floor)})` : '';
    out.push({ what: 'memory, 100,000 requests and then 100,000 more', value: mb({ before, after }) + floor, must: 'no growth (≤ 1.1×)', mark: after <= before * 1.1 ? 'ok' : 'MISS' });
  }
  for (const part of result.short ? [] : (result.growth?.parts ?? [])) {
    const { name, ratio } = part.worst ?? {};
    if (!name) continue;
    const how = { near: 'native SQLite, working set', far: 'native SQLite, rows spread', d1: 'local D1' }[part.key];
    const bare = part.key === 'd1' ? '' : ` (${part.bare.map(({ name, ratio }) => `${name}: ${ratio.toFixed(2)}×`).join('; ')})`;
    out.push({ what: `growth to 1,000,000 rows, p50, worst statement (\`${name}\`), ${how}`, value: `${ratio.toFixed(2)}×${bare}`, must: '≤ 1.2×', aim: '≤ 1.05×', mark: mark(ratio, 1.2, 1.05) });
  }
  if (result.growth) {
    const scans = result.growth.scans.length;
    out.push({ what: 'statements without an index', value: String(scans), must: '0', mark: scans ? 'MISS' : 'ok' });
  }
  return out;
}

const MARK = { aim: '✔✔ aim', ok: '✔ must', MISS: '✘' };
const n0 = (n) => (n === undefined || !Number.isFinite(n) ? '–' : Math.round(n).toLocaleString('en'));
const three = (s, f = n0) => (s ? `${f(s.median)} <sub>${f(s.min)}–${f(s.max)}</sub>` : '–');
const rat = (r) => (r ? `**${r.of.toFixed(2)}** <sub>${r.min.toFixed(2)}–${r.max.toFixed(2)}</sub>` : '–');

function table(set, scenes, withFloor) {
  const names = ['ours', 'peer', 'memo', ...(withFloor ? ['floor'] : [])];
  const lines = [
    `| CPU µs a request | ${names.map((n) => ({ memo: 'peer-memo' })[n] ?? n).join(' | ')} | ours/peer | ours/peer-memo |${withFloor ? ' ours/floor |' : ''}`,
    `|---|${names.map(() => '---:|').join('')}---:|---:|${withFloor ? '---:|' : ''}`,
  ];
  for (const scene of scenes) {
    const s = set[scene.name];
    if (!s) continue;
    lines.push(
      `| ${scene.title} | ${names.map((n) => three(s[n]?.cpu)).join(' | ')} | ${rat(ratio(s.ours, s.peer))} | ${rat(ratio(s.ours, s.memo))} |${withFloor ? ` ${rat(ratio(s.ours, s.floor))} |` : ''}`,
    );
  }
  return lines.join('\n');
}

function detail(set, scenes) {
  const lines = ['| scene | contestant | requests/s | p50 µs | p99 µs | D1 round trips | requests |', '|---|---|---:|---:|---:|---:|---:|'];
  for (const scene of scenes)
    for (const [name, s] of Object.entries(set[scene.name] ?? {}))
      lines.push(
        `| ${scene.title} | ${name === 'memo' ? 'peer-memo' : name} | ${three(s.rps)} | ${three(s.p50)} | ${three(s.p99)} | ${s.trips.max.toFixed(2)} | ${n0(s.requests)} |`,
      );
  return lines.join('\n');
}

function growthTable(g) {
  const plans = g.rows.some((row) => row.plan);
  const sizes = g.sizes;
  const lines = [`| statement | ${sizes.map((s) => `${s.toLocaleString('en')}`).join(' | ')} | growth |${plans ? ' plan |' : ''}`, `|---|${sizes.map(() => '---:|').join('')}---:|${plans ? '---|' : ''}`];
  for (const row of g.rows)
    lines.push(`| \`${row.name}\` | ${row.p50.map((n) => n.toFixed(1)).join(' | ')} | ${row.ratio.toFixed(2)}× |${plans ? ` ${row.plan} |` : ''}`);
  return lines.join('\n');
}

export function writeReport(dir, result, scenes) {
  const m = result.machine;
  const md = [];
  md.push(
    '# Bench report',
    '',
    `${m.date}, written by \`npm run bench\`${result.short ? ' (short form: one pair; read nothing into the times)' : ''} in ${Math.round(result.took)} s. What is measured and how: [README.md](README.md).`,
    '',
    `Machine: ${m.cpu}, ${m.cores} cores, ${m.memory}, Linux ${m.kernel}; workerd ${m.workerd} (compatibility ${result.compat.date}${result.compat.flags.length ? `, ${result.compat.flags.join(', ')}` : ''}), Node ${m.node}, wrk ${m.wrk}; peer: Hono ${m.hono}, jose ${m.jose}, esbuild ${m.esbuild}. ${result.pinned ? 'workerd on core 0, wrk on core 1.' : 'Nothing pinned.'} ${result.pairs} rounds of ${result.seconds} s in ${result.processes === 1 ? 'one process' : `${result.processes} processes of each, one after the other,`} after a warm-up of ${n0(result.warmUp.requests)} requests (at most ${result.warmUp.seconds} s), ${result.connections} connections.`,
    '',
    '![CPU per request](report.svg)',
    '',
    'Median of the rounds, small: minimum–maximum. A ratio is that of the medians; small: of the single rounds.',
    '',
  );
  if (result.verdicts.length) {
    md.push('## Must and aim', '', '| | measured | must | aim | |', '|---|---:|---|---|---|');
    for (const v of result.verdicts) md.push(`| ${v.what} | ${v.value} | ${v.must} | ${v.aim ?? ''} | ${MARK[v.mark]} |`);
    md.push('');
  }
  md.push('## CPU, D1 answered by the stub', '', table(result.stub, scenes, true), '');
  md.push(...leastOf(result.stub, scenes));
  if (result.local) md.push('## CPU, real local D1', '', `SQLite in a Durable Object of the same process: its CPU is in the figures. ${result.localPairs} rounds.`, '', table(result.local, scenes.filter((s) => s.local), false), '');
  md.push('## Bundle', '', '| | raw bytes | gzip -9 |', '|---|---:|---:|');
  for (const [name, s] of Object.entries(result.sizes)) if (s) md.push(`| ${name} | ${n0(s.raw)} | ${n0(s.gzip)} |`);
  md.push('');
  if (result.cold) {
    md.push('## Cold start', '', 'From spawning workerd to the first answered role read with a token it has to verify; the floor answers its constant.', '', '| | ms | more than the floor |', '|---|---:|---:|');
    for (const [name, s] of Object.entries(result.cold)) md.push(`| ${name} | ${three(s)} | ${result.cold.floor ? n0(s.median - result.cold.floor.median) : '–'} |`);
    md.push('');
  }
  if (result.memory) {
    md.push('## Memory', '', 'Resident memory of a process of its own with heaps of 32 MB, after 100,000 requests, which fill them, and after those counted here: hot and cold role reads, lists, grants, 404s in turn.', '', '| | requests | before MB | after MB |', '|---|---:|---:|---:|');
    for (const [name, s] of Object.entries(result.memory)) md.push(`| ${name === 'memo' ? 'peer-memo' : name} | ${n0(s.requests)} | ${(s.before / 1024).toFixed(1)} | ${(s.after / 1024).toFixed(1)} |`);
    md.push('');
  }
  if (result.growth) {
    md.push('## Growth', '', result.growth.note ?? '', '');
    for (const part of result.growth.parts) md.push(`### ${part.heading}`, '', growthTable(part), '');
    md.push(result.growth.scans.length ? `**Scans:** ${result.growth.scans.map((s) => `\`${s.name}\` ${s.plan}`).join('; ')}` : 'No statement scans a table that grows.', '');
  } else if (result.growthError) md.push('## Growth', '', `Not measured: ${result.growthError}`, '');
  if (result.broken.length) {
    md.push('## Broken', '', 'Scenes that did not answer as they should; their figures are missing or doubtful.', '');
    for (const b of result.broken) md.push(`- ${b.set}, ${b.scene}, ${b.contestant}: ${b.wrong.replaceAll('\n', ' ')}`);
    md.push('');
  }
  md.push('## Throughput and latency, D1 stub', '', 'p99 means nothing on a shared machine: stalls hit the floor as well.', '', detail(result.stub, scenes), '');
  if (result.local) md.push('## Throughput and latency, real local D1', '', detail(result.local, scenes.filter((s) => s.local)), '');
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'report.md'), md.join('\n'));
  writeFileSync(join(dir, 'report.svg'), picture(result, scenes));
  writeFileSync(join(dir, 'result.json'), JSON.stringify(result, (key, value) => (key === 'plan' ? undefined : value), 1) + '\n');
}

/** What no Worker can be below, beside what the peer needs. */
const LEAST = {
  d1: 'one D1 call, a constant around its row (`floor/d1.js`)',
  list: 'a list: one D1 call with 50 rows, a log line, an answer; no route, no token, no rule (`floor/list.js`)',
  change: 'a change: body, one D1 batch of three, a log line, an answer; likewise (`floor/change.js`)',
  grant: 'a grant: form, one D1 call, one signature by WebCrypto, a log line, an answer; likewise (`floor/grant.js`)',
};

function leastOf(stub, scenes) {
  const rows = scenes.filter(({ name }) => stub[name]?.least);
  if (rows.length === 0) return [];
  return [
    'What a Worker cannot be below as long as it asks D1 once, measured in turns with the others: the binding and the stub are in everyone\'s figures alike.',
    '',
    '| the least | in the scene | CPU µs | least/peer | ours/least |',
    '|---|---|---:|---:|---:|',
    ...rows.map(({ name, title, least }) => {
      const s = stub[name];
      return `| ${LEAST[least]} | ${title} | ${three(s.least.cpu)} | ${rat(ratio(s.least, s.peer))} | ${rat(ratio(s.ours, s.least))} |`;
    }),
    '',
  ];
}

const COLOURS = { ours: '#c2410c', peer: '#3b6fb6', memo: '#93b4dd', floor: '#9ca3af' };
const LABEL = { ours: 'ours (Rust)', peer: 'peer (Hono + jose)', memo: 'peer with token memory', floor: 'floor (a constant)' };
const escape = (text) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);

export function picture(result, scenes) {
  const shown = scenes.filter((s) => result.stub?.[s.name]);
  const names = ['ours', 'peer', 'memo', 'floor'].filter((n) => shown.some((s) => result.stub[s.name][n]));
  const bar = 11;
  const gap = 12;
  const left = 190;
  const width = 860;
  const top = 64;
  const max = Math.max(1, ...shown.flatMap((s) => names.map((n) => result.stub[s.name][n]?.cpu.median ?? 0)));
  const scale = (width - left - 70) / max;
  const parts = [];
  let y = top;
  for (const scene of shown) {
    parts.push(`<text x="${left - 10}" y="${y + (names.length * bar) / 2 + 4}" text-anchor="end">${escape(scene.title)}</text>`);
    for (const name of names) {
      const value = result.stub[scene.name][name]?.cpu.median;
      if (value !== undefined) {
        parts.push(`<rect x="${left}" y="${y}" width="${(value * scale).toFixed(1)}" height="${bar - 1}" fill="${COLOURS[name]}"/>`);
        parts.push(`<text x="${(left + value * scale + 5).toFixed(1)}" y="${y + bar - 2}" class="n">${Math.round(value)}</text>`);
      }
      y += bar;
    }
    y += gap;
  }
  const legend = names.map((n, i) => `<rect x="${left + i * 165}" y="40" width="10" height="10" fill="${COLOURS[n]}"/><text x="${left + i * 165 + 15}" y="49">${LABEL[n]}</text>`);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img" aria-label="CPU microseconds per request, ours, peer and floor">
<style>text{font:12px system-ui,sans-serif;fill:#1f2937}.n{font-size:10px;fill:#4b5563}.t{font-size:14px;font-weight:600}</style>
<rect width="100%" height="100%" fill="#fff"/>
<text x="10" y="22" class="t">CPU µs per request of the workerd process, D1 stubbed (median, lower is better)</text>
${legend.join('\n')}
${parts.join('\n')}
</svg>
`;
}
