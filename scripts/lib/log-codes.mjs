// Explains the first 401 of a local run: what the `code` of its log line means, from docs/operating.md.
import { readFileSync } from "node:fs";
import { at } from "./project.mjs";

/** What docs/operating.md says about a code of the log. */
export function meaning(code) {
  const rows = readFileSync(at("docs", "operating.md"), "utf8").matchAll(/^\| `(\w+)` \|[^|]*\| (.*) \|$/gm);
  return [...rows].find(([, name]) => name === code)?.[2].replaceAll("**", "");
}

/** A function that takes the log's text, in any pieces, and calls `tell` once, for the first line of a 401. */
export function explainer(tell) {
  let rest = "";
  let isDone = false;
  return (piece) => {
    if (isDone) return;
    const lines = (rest + piece).split("\n");
    rest = lines.pop();
    for (const line of lines) {
      const code = /"status":401\b/.test(line) && /"code":"(\w+)"/.exec(line)?.[1];
      if (!code) continue;
      isDone = true;
      const why = meaning(code);
      return tell(`\n– The first 401. Its log line has the code ${code}${why ? `: ${why}` : "."}\n  docs/operating.md explains every code.\n`);
    }
  };
}
