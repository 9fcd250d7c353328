// The help of every verb, and docs/cli.md, which is made of it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { page } from "../../cli/lib/help.mjs";
import { VERBS } from "../../cli/lib/verbs/index.mjs";
import { at } from "../../scripts/lib/project.mjs";
import { cli } from "./support.mjs";

test("docs/cli.md is what the help says: run `node cli/docs.mjs`", () => {
  assert.equal(readFileSync(at("docs", "cli.md"), "utf8"), page());
});

test("every verb has a sentence, refuses what it does not know, and explains itself", async () => {
  for (const { name, summary, handed, old } of VERBS) {
    assert.match(summary, /^[A-Z].*\.$/, name);
    const words = name.split(" ");
    // What is handed to a script of the repository has the script's help; commands.test.mjs tries the scripts.
    if (handed) {
      const { code, stdout } = await cli([...words, "--help"]);
      assert.equal(code, 0, name);
      assert.match(stdout, new RegExp(`^Usage: .*npm run (-s )?${old}`), name);
      continue;
    }
    const [help, wrong] = await Promise.all([cli([...words, "--help"]), cli([...words, "--frob"])]);
    assert.deepEqual([help.code, help.stderr], [0, ""], name);
    assert.match(help.stdout, new RegExp(`^Usage: mithril-edge ${name}`));
    assert.deepEqual([wrong.code, wrong.stdout, wrong.stderr.split("\n")[0]], [64, "", "✖ There is no option --frob."], name);
  }
});

test("the overview names every verb and every exit code", async () => {
  const { code, stdout } = await cli(["--help"]);
  assert.equal(code, 0);
  for (const { name } of VERBS) assert.ok(stdout.includes(`\n  ${name} `), name);
  assert.match(stdout, /\n {2}64 {2}the command line is wrong/);
});
