// One trial: wrk on the other core sends one scene's request, we read what it cost the workerd process.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cpuMicros, onCore } from './workerd.mjs';

const run = promisify(execFile);

const lua = (text) => '"' + text.replace(/[\\"]/g, '\\$&').replaceAll('\r', '\\r').replaceAll('\n', '\\n') + '"';

/** The bytes of a request, in front of, between and behind what changes: a number in the path, a token. */
export function request(scene, port) {
  const lines = [`${scene.method} ${scene.path} HTTP/1.1`, `host: 127.0.0.1:${port}`];
  for (const [name, value] of Object.entries(scene.headers ?? {})) lines.push(`${name}: ${value}`);
  if (scene.tokens) lines.push('authorization: Bearer %t');
  if (scene.body !== undefined || scene.method === 'PATCH' || scene.method === 'POST')
    lines.push(`content-length: ${Buffer.byteLength(scene.body ?? '')}`);
  return lines.join('\r\n') + '\r\n\r\n' + (scene.body ?? '');
}

function script(scene, port, { tokens, first }) {
  const text = request(scene, port);
  const done = `
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('\\nBENCH {"requests":%d,"micros":%d,"bad":%d,"lost":%d,"p50":%d,"p99":%d}\\n',
    summary.requests, summary.duration, e.status, e.connect + e.read + e.write + e.timeout,
    latency:percentile(50), latency:percentile(99)))
end
`;
  if (text.includes('%d')) {
    const [before, after] = text.replace('%t', tokens.line ?? '').split('%d');
    return `local n = ${first} - 1
local before, after = ${lua(before)}, ${lua(after)}
request = function() n = n + 1; return before .. n .. after end
${done}`;
  }
  if (tokens?.file) {
    const [before, after] = text.split('%t');
    return `local all, n, skip, take = {}, 0, ${tokens.skip}, ${tokens.take}
local before, after = ${lua(before)}, ${lua(after)}
init = function()
  local i = 0
  for line in io.lines(${lua(tokens.file)}) do
    i = i + 1
    if i > skip then all[#all + 1] = line end
    if #all == take then break end
  end
end
request = function() n = n % #all + 1; return before .. all[n] .. after end
${done}`;
  }
  return `local whole = ${lua(text.replace('%t', tokens?.line ?? ''))}
request = function() return whole end
${done}`;
}

/** Calls a request. Up to `connections` requests were under way when wrk stopped: D1 was asked, wrk did not count. */
function roundTrips(calls, requests, connections) {
  const whole = Math.floor(calls / requests);
  return calls - whole * requests <= connections ? whole : calls / requests;
}

/** wrk, on core 1 or any (`null`), counts in whole seconds. Answers the figures of the trial. */
export async function trial(scene, contestant, { seconds, connections, tokens, first, core = 1 }) {
  const file = join(contestant.dir, 'trial.lua');
  writeFileSync(file, script(scene, contestant.port, { tokens, first }));
  const before = contestant.control ? await contestant.control() : { calls: 0, real: 0 };
  const cpu = cpuMicros(contestant.pid);
  const [command, ...args] = onCore(core, [
    'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '-s', file, `http://127.0.0.1:${contestant.port}/`,
  ]);
  const { stdout } = await run(command, args);
  const used = cpuMicros(contestant.pid) - cpu;
  const after = contestant.control ? await contestant.control() : { calls: 0, real: 0 };
  const said = JSON.parse(/BENCH (.*)/.exec(stdout)[1]);
  return {
    requests: said.requests,
    bad: said.bad,
    lost: said.lost,
    cpu: used / said.requests,
    rps: said.requests / (said.micros / 1e6),
    p50: said.p50,
    p99: said.p99,
    trips: roundTrips(after.calls - before.calls, said.requests, connections),
    real: after.real - before.real,
    wrapped: tokens?.take ? said.requests > tokens.take : false,
  };
}

/** Sends the scene's request once, as the measured ones will be, and says what is wrong with the answer. */
export async function probe(scene, port, token, number) {
  const answer = await fetch(`http://127.0.0.1:${port}${scene.path.replace('%d', number)}`, {
    method: scene.method,
    headers: { ...scene.headers, connection: 'close', ...(scene.tokens ? { authorization: `Bearer ${token}` } : {}) },
    body: scene.body,
  });
  const text = await answer.text();
  if (answer.status !== scene.status) return `${answer.status} instead of ${scene.status}: ${text.slice(0, 300)}`;
  if (scene.check) {
    try {
      if (!scene.check(JSON.parse(text))) return `unexpected answer: ${text.slice(0, 300)}`;
    } catch (e) {
      return `${e.message}: ${text.slice(0, 300)}`;
    }
  }
  return undefined;
}

export const hasWrk = async () => {
  try {
    await run('wrk', ['-v']);
  } catch (e) {
    return e.code !== 'ENOENT';
  }
  return true;
};
