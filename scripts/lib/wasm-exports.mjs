// The exports of a wasm module, and a copy of the module without some of them.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const EXPORT_SECTION = 7;

/** The names of a module's exports (WebAssembly core specification §5.5.10). */
export function exportsOf(bytes) {
  let at = 8; // behind the magic number and the version
  const number = () => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  const names = [];
  while (at < bytes.length) {
    const [section, size] = [bytes[at++], number()];
    const end = at + size;
    for (let left = section === EXPORT_SECTION ? number() : 0; left > 0; left--) {
      const length = number();
      names.push(bytes.subarray(at, at + length).toString("utf8"));
      at += length + 1; // and the kind
      number(); // the index
    }
    at = end;
  }
  return names;
}

/** Takes the exports whose name matches out of a module, and all code that only they reach. `wasmMetadce` is binaryen's program. */
export function dropExports(file, unused, wasmMetadce) {
  const kept = exportsOf(readFileSync(file)).filter((name) => !unused.test(name));
  const nodes = kept.map((name) => ({ name: `export ${name}`, export: name }));
  const graph = `${file}.exports.json`;
  writeFileSync(graph, JSON.stringify([{ name: "outside", root: true, reaches: nodes.map(({ name }) => name) }, ...nodes]));
  const { status, stderr } = spawnSync(wasmMetadce, [file, "--all-features", "-g", "--graph-file", graph, "-o", file], { encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
}
