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

/** Instructions by function, from a dump that was made with --dump-instr=yes --compress-pos=no. */
export function instructions(dump, map) {
  const code = codeOf(map);
  const names = new Map();
  const counts = new Map();
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
        const [address, , count] = line.split(' ');
        const where = current.startsWith('0x') ? (nameAt(code, parseInt(address, 16)) ?? 'JS: unknown') : current;
        counts.set(where, (counts.get(where) ?? 0) + Number(count));
      }
    }
  }
  return counts;
}
