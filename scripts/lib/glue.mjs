// What wasm-bindgen makes of the classes that dependencies export to JavaScript. Nothing here asks for one of them, but nobody
// leaves them out: the glue makes them and their registries at each start, and holds what they call in the wasm.

const CLASS = /^(?:export )?class (\w+) \{\n[^]*?^\}\n/gm;
const CALL = /\bwasm\.(\w+)/g;
const called = (text) => new Set([...text.matchAll(CALL)].map(([, name]) => name));

/**
 * The glue without classes that nothing else in it mentions, and the exports of the wasm that only those call. Text that does not
 * look as wasm-bindgen (pinned in Cargo.toml) writes it stays.
 */
export function withoutClasses(glue) {
  let rest = glue;
  for (const [whole, name] of glue.matchAll(CLASS)) {
    const registry = new RegExp(String.raw`^const ${name}Finalization = [^]*?^\}\);\n`, "m");
    const disposal = `if (Symbol.dispose) ${name}.prototype[Symbol.dispose] = ${name}.prototype.free;\n`;
    const without = rest.replace(whole, "").replace(disposal, "").replace(registry, "");
    if (!new RegExp(String.raw`\b${name}\b`).test(without)) rest = without;
  }
  const still = called(rest);
  return { glue: rest, unused: [...called(glue)].filter((name) => !still.has(name)) };
}
