// What callgrind counted: instructions of each function. V8's code has no names there, only addresses; `perf.map` has them
// (V8's --perf-basic-prof).

/** `[start, size, name]` by address; code that took another's place comes later in the file, and counts. */
function codeOf(map) {
  const code = new Map();
  for (const line of map.split('\n')) {
    const [, start, size, name] = /^([0-9a-f]+) ([0-9a-f]+) (.*)$/.exec(line) ?? [];
    if (start) code.set(parseInt(start, 16), [parseInt(start, 16), parseInt(size, 16), name]);
  }
  return [...code.values()].sort((a, b) => a[0] - b[0]);
}

function nameAt(code, address) {
  let [low, high] = [0, code.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (code[middle][0] <= address) low = middle + 1;
    else high = middle;
  }
  const found = code[low - 1];
  return found && address < found[0] + found[1] ? found[2] : undefined;
}

/** Bytes that a cache of the processor fetches together. */
const LINE = 64;

/**
 * From a dump that was made with --dump-instr=yes --compress-pos=no --cache-sim=yes: `counts` has the instructions by function,
 * `code` the bytes of machine code that were run through in `requests` or more, `missed` how often an instruction, and how
 * often data, was not in the larger cache.
 */
export function counted(dump, map, requests) {
  const code = codeOf(map);
  const names = new Map();
  const counts = new Map();
  const lines = new Map();
  const missed = { code: 0, data: 0 };
  const events = /^events: (.*)$/m.exec(dump)?.[1].split(' ') ?? ['Ir'];
  const [ofCode, ofReads, ofWrites] = ['ILmr', 'DLmr', 'DLmw'].map((event) => events.indexOf(event));
  let current = '';
  let isCall = false;
  for (const line of dump.split('\n')) {
    const [, which, number, name] = /^(c?fn)=\((\d+)\)(?: (.*))?$/.exec(line) ?? [];
    if (which) {
      if (name) names.set(number, name.replace(/'\d+$/, ''));
      if (which === 'fn') current = names.get(number) ?? '';
    } else if (line.startsWith('calls=')) {
      isCall = true;
    } else if (line.startsWith('0x')) {
      // The line after `calls=` is what the called function cost, which is counted there.
      if (isCall) isCall = false;
      else {
        const [hex, , ...costs] = line.split(' ');
        const [address, count] = [parseInt(hex, 16), Number(costs[0])];
        const where = current.startsWith('0x') ? (nameAt(code, address) ?? 'JS: unknown') : current;
        counts.set(where, (counts.get(where) ?? 0) + count);
        const at = Math.floor(address / LINE);
        lines.set(at, Math.max(lines.get(at) ?? 0, count));
        // Trailing zeros are left out.
        missed.code += Number(costs[ofCode] ?? 0);
        missed.data += Number(costs[ofReads] ?? 0) + Number(costs[ofWrites] ?? 0);
      }
    }
  }
  const met = [...lines.values()].filter((count) => count >= requests);
  return { counts, code: met.length * LINE, missed };
}
