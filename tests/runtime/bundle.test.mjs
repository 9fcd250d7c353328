// What is deployed beside the service itself: the JavaScript of the bundle, and what the wasm exports to it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import binaryen from "binaryen";

test("the wasm exports the two entries, and beside wasm-bindgen's own exports only what the JavaScript calls", () => {
  const script = readFileSync(new URL("../../build/index.js", import.meta.url), "utf8");
  const wasm = binaryen.readBinary(readFileSync(new URL("../../build/index_bg.wasm", import.meta.url)));
  const exported = Array.from({ length: wasm.getNumExports() }, (_, at) => binaryen.getExportInfo(wasm.getExportByIndex(at)).name);
  assert.ok(exported.includes("fetch") && exported.includes("scheduled"), exported.join(" "));
  // wasm-bindgen always exports these.
  const own = /^(init|__instance_signal|__externref_drop_slice)$/;
  assert.deepEqual(exported.filter((name) => !own.test(name) && !new RegExp(`\\.${name}\\b`).test(script)), []);
});
