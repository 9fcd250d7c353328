// What is deployed beside the service itself: wasm-bindgen's glue, and what the wasm exports to it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import binaryen from "binaryen";
import { withoutClasses } from "../../scripts/lib/glue.mjs";

const classOf = (name, call) => `export class ${name} {
    free() {
        ${name}Finalization.unregister(this);
        wasm.${call}(this.__wbg_ptr);
    }
}
if (Symbol.dispose) ${name}.prototype[Symbol.dispose] = ${name}.prototype.free;
`;
const registryOf = (name, call) => `const ${name}Finalization = (typeof FinalizationRegistry === 'undefined')
    ? { register: () => {}, unregister: () => {} }
    : new FinalizationRegistry(({ ptr, instance }) => {
    if (instance === __wbg_instance_id) wasm.${call}(ptr, 1);
});
`;
const MIDDLE = "export function fetch() {\n    return wasm.fetch(wasm.both());\n}\n";

test("a class that nobody in the glue mentions goes, with its registry and the exports that only they call", () => {
  const glue = classOf("Range", "range_free") + classOf("Sink", "both") + MIDDLE + registryOf("Range", "range_end") + registryOf("Sink", "both");
  assert.deepEqual(withoutClasses(glue), { glue: MIDDLE, unused: ["range_free", "range_end"] });
});

test("a class that somebody mentions stays whole, and so does text of another form", () => {
  const used = classOf("Range", "range_free") + MIDDLE + "const made = () => Range.__wrap(0);\n" + registryOf("Range", "range_end");
  assert.deepEqual(withoutClasses(used), { glue: used, unused: [] });
  const other = "const Range = class {\n    free() { wasm.range_free(this); }\n};\n" + MIDDLE;
  assert.deepEqual(withoutClasses(other), { glue: other, unused: [] });
});

test("the bundle holds no class of wasm-bindgen's, and the wasm exports nothing that only one would call", () => {
  const glue = readFileSync(new URL("../../build/index.js", import.meta.url), "utf8");
  assert.ok(!glue.includes("__destroy_into_raw"));
  const wasm = binaryen.readBinary(readFileSync(new URL("../../build/index_bg.wasm", import.meta.url)));
  const exported = Array.from({ length: wasm.getNumExports() }, (_, at) => binaryen.getExportInfo(wasm.getExportByIndex(at)).name);
  assert.ok(exported.includes("fetch") && exported.includes("scheduled"), exported.join(" "));
  // wasm-bindgen's own, which it always exports.
  const own = /^(init|__instance_signal|__externref_drop_slice)$/;
  assert.deepEqual(exported.filter((name) => !own.test(name) && !new RegExp(`\\.${name}\\b`).test(glue)), []);
});
