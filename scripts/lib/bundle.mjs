// The weight of a bundle, and the budget for it. Cloudflare limits the compressed size, so that is what counts.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

/** Bytes after `gzip -9`, wasm and JavaScript together. Over `must` the checks fail; `aim` is only printed. */
export const BUDGET = { must: 400_000, aim: 330_000 };

export const isCode = (name) => /\.(wasm|js)$/.test(name);

/** Bytes of a file, raw and compressed. */
export function weigh(file) {
  const bytes = readFileSync(file);
  return { raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
}

/** The glue of wasm-bindgen with one entry for each snippet: of equal keys that follow one another, the last one stays. */
export const withoutRepeatedKeys = (glue) => glue.replace(/("\.\/snippets\/[^"]+"):\s*[\w$]+,\s*(?=\1:)/g, "");
