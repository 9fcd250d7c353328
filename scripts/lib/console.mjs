// The operator's console: console/ (TypeScript, Preact) becomes static files in public/console/ and public/start/. They are
// served beside the API and add nothing to the Worker.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { Stop, at, say } from "./project.mjs";

const FROM = at("console");
const STATIC = join(FROM, "static");
/** Scripts by the file that begins them. */
const SCRIPTS = { "console/console": "main.tsx", "console/sign-in": "sign-in-window.ts", "start/start": "start.ts" };

/** Bytes of script after `gzip -9` that the first load of the console may have. */
export const SCRIPT_BUDGET = 150_000;

/** Writes a file of public/ only when it changes: another run may be serving it. */
function write(name, bytes) {
  const path = at("public", name);
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path) || !readFileSync(path).equals(Buffer.from(bytes))) writeFileSync(path, bytes);
}

/** The bytes of the console's script after `gzip -9`. Stops when they are over the budget. */
export function weighConsole(budget = SCRIPT_BUDGET) {
  const bytes = gzipSync(readFileSync(at("public", "console", "console.js")), { level: 9 }).length;
  if (bytes > budget) throw new Stop(`The console's script has ${bytes} bytes after gzip -9, and may have ${budget}.`);
  return bytes;
}

/** Where a file of console/static is served: those of its own folder `start` at /start/, the others at /console/. */
const servedAt = (name) => (name.startsWith("start/") ? name : `console/${name}`);

export async function buildConsole() {
  const { build } = await import("esbuild");
  const { version } = JSON.parse(readFileSync(at("package.json"), "utf8"));
  const { outputFiles } = await build({
    entryPoints: Object.fromEntries(Object.entries(SCRIPTS).map(([name, file]) => [name, join(FROM, "src", file)])),
    outdir: at("public"), write: false, bundle: true, minify: true, format: "esm", target: "es2022", jsx: "automatic", jsxImportSource: "preact",
    absWorkingDir: FROM, legalComments: "none", logLevel: "error",
  });
  for (const { path, contents } of outputFiles) write(path.slice(at("public").length + 1), contents);
  for (const name of ["index.html", "sign-in.html", "console.css", "start/index.html"]) write(servedAt(name), readFileSync(join(STATIC, name), "utf8").replace("{version}", version));
  say(`✔ the console is up to date (public/console/): ${(weighConsole() / 1000).toFixed(1)} KB of script after gzip`);
}
