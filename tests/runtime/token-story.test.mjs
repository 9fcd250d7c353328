// The story of docs/tokens.md, pasted as it stands into a shell.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { at } from "../../scripts/lib/project.mjs";
import { mint } from "./support/keys.mjs";
import { startWorker } from "./support/worker.mjs";

let worker;
const folder = mkdtempSync(join(tmpdir(), "mithril-edge-story-"));
before(async () => (worker = await startWorker()));
after(async () => {
  rmSync(folder, { recursive: true, force: true });
  await worker?.stop();
});

const hasCurl = spawnSync("curl", ["--version"]).status === 0;

function shell(script, env) {
  return new Promise((resolve) => {
    const child = spawn("bash", ["-e"], { cwd: folder, env: { ...process.env, ...env } });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    child.on("close", (code) => resolve({ code, output }));
    child.stdin.end(script);
  });
}

test("every line of the story does what it says", { skip: !hasCurl && "no curl here" }, async () => {
  const page = readFileSync(at("docs", "tokens.md"), "utf8");
  const [, script] = page.match(/```sh\n(URL=[\s\S]*?)```/);
  const TOKEN = mint({ scope: "client_type:read client:write connection:read connection:write connection:refresh_secret connection:delete" });
  const { code, output } = await shell(script.replace(/^URL=.*/, `URL=${new URL(worker.url).origin}`), { TOKEN });
  assert.equal(code, 0, output);
  const statuses = [...output.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
  assert.deepEqual(statuses, ["200", "401", "200"], output);
  assert.match(output, /"redirect_uri":"https:\/\/clinic\.example\/callback"/);
  assert.ok(output.trimEnd().endsWith('{"active":false}'), output);
});
