// One trial: wrk sends a scene's request from the other core, and we read what it cost the workerd process.
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { cpuMicros, onCore } from './workerd.mjs';

const run = promisify(execFile);

const lua = (text) => '"' + text.replace(/[\\"]/g, '\\$&').replaceAll('\r', '\\r').replaceAll('\n', '\\n') + '"';

/** The bytes of a request; `%t` stands for the token. */
export function request(scene, port) {
  const lines = [`${scene.method} ${scene.path} HTTP/1.1`, `host: 127.0.0.1:${port}`];
  for (const [name, value] of Object.entries(scene.headers ?? {})) lines.push(`${name}: ${value}`);
  if (scene.tokens) lines.push('authorization: Bearer %t');
  if (scene.method !== 'GET' && scene.method !== 'DELETE') lines.push(`content-length: ${Buffer.byteLength(scene.body ?? '')}`);
  return lines.join('\r\n') + '\r\n\r\n' + (scene.body ?? '');
}

const WHOLE = 'request = function() return before end';
/** Each request takes the next line of the file, from `skip` on, and starts again after `take` lines. */
const oneByOne = ({ file, skip, take }) => `local all, n = {}, 0
init = function()
  local i = 0
  for line in io.lines(${lua(file)}) do
    i = i + 1
    if i > ${skip} then all[#all + 1] = line end
    if #all == ${take} then break end
  end
end
request = function() n = n % #all + 1; return before .. all[n] .. after end`;

function script(scene, port, { file, line = '', ...place }) {
  const text = request(scene, port);
  const [before, after] = file ? text.split('%t') : [text.replace('%t', line), ''];
  return `local before, after = ${lua(before)}, ${lua(after)}
${file ? oneByOne({ file, ...place }) : WHOLE}
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('\\nBENCH {"requests":%d,"micros":%d,"bad":%d,"lost":%d,"p50":%d}\\n',
    summary.requests, summary.duration, e.status, e.connect + e.read + e.write + e.timeout, latency:percentile(50)))
end
`;
}

/** When wrk stops, up to `connections` requests are under way: D1 was asked for them, but wrk has not counted them. */
function roundTrips(calls, requests, connections) {
  const whole = Math.floor(calls / requests);
  return calls - whole * requests <= connections ? whole : calls / requests;
}

/** The figures of one trial. `tokens`: `{line}`, one for all requests, or `{file, skip, take}`. */
export async function trial(scene, contestant, { seconds, connections, tokens }) {
  const file = join(contestant.dir, 'trial.lua');
  writeFileSync(file, script(scene, contestant.port, tokens));
  const before = await contestant.control('/stats');
  const cpu = cpuMicros(contestant.pid);
  const [command, ...args] = onCore(1, [
    'wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '-s', file, `http://127.0.0.1:${contestant.port}/`,
  ]);
  const { stdout } = await run(command, args);
  const used = cpuMicros(contestant.pid) - cpu;
  const after = await contestant.control('/stats');
  const { requests, micros, bad, lost, p50 } = JSON.parse(/BENCH (.*)/.exec(stdout)[1]);
  return {
    requests,
    bad,
    lost,
    cpu: used / requests,
    rps: requests / (micros / 1e6),
    p50,
    trips: roundTrips(after.calls - before.calls, requests, connections),
    wrapped: requests > (tokens.take ?? Infinity),
  };
}

/** Sends the scene's request once and says what is wrong with the answer; `undefined` when nothing is. */
export async function probe(scene, port, token) {
  const answer = await fetch(`http://127.0.0.1:${port}${scene.path}`, {
    method: scene.method,
    headers: { ...scene.headers, connection: 'close', ...(scene.tokens && { authorization: `Bearer ${token}` }) },
    body: scene.body,
  });
  const text = await answer.text();
  if (answer.status !== scene.status) return `${answer.status} instead of ${scene.status}: ${text.slice(0, 300)}`;
  if (!scene.check) return undefined;
  try {
    return scene.check(JSON.parse(text)) ? undefined : `unexpected answer: ${text.slice(0, 300)}`;
  } catch (error) {
    return `${error.message}: ${text.slice(0, 300)}`;
  }
}

export async function hasWrk() {
  try {
    await run('wrk', ['-v']);
  } catch (error) {
    // wrk -v prints its version and ends with 1.
    return error.code !== 'ENOENT';
  }
  return true;
}
