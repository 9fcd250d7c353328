// npm run audit:verify: whatever is done to an export is found. Needs no Worker.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { GENESIS, hashOf, verify } from "../../scripts/lib/audit-chain.mjs";

const SCRIPT = fileURLToPath(new URL("../../scripts/audit-verify.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "mithril-edge-audit-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** An honest export of `count` rows, the last `unsealed` of them without a hash. */
function exported(count = 6, unsealed = 0) {
  let before = GENESIS;
  const rows = Array.from({ length: count }, (_, at) => {
    const row = {
      seq: at + 1, at: "2026-11-21T08:00:00Z", actor: `user-${at}`, client_id: "c-1", action: "role.create",
      subject: `role/Лікар-${at}`, request_id: `r-${at}`, fields: at % 2 ? ["name", "scope"] : [],
    };
    const hash = hashOf(row, before.hash);
    const isSealed = at < count - unsealed;
    if (isSealed) before = { seq: row.seq, hash };
    return { ...row, hash: isSealed ? hash : null };
  });
  return [...rows, { head: { seq: before.seq, hash: before.hash } }];
}

const found = async (lines, options) => (await verify(lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))), options)).problems;
const edited = (change, ...args) => {
  const lines = exported(...args);
  return change(lines) ?? lines;
};

test("an honest export is whole, sealed or not, from the start or from a known place", async () => {
  assert.deepEqual(await found(exported()), []);
  assert.deepEqual(await found(exported(0)), []);
  assert.deepEqual(await found(exported(6, 2)), []);
  assert.deepEqual(await found(exported(3, 3)), []);
  const lines = exported();
  const after = { seq: 3, hash: lines[2].hash };
  assert.deepEqual(await found(lines.slice(3), { after }), []);
  assert.deepEqual(await found(lines, { known: after }), []);
  assert.deepEqual(await found([lines.at(-1)], { after: lines.at(-1).head, known: lines.at(-1).head }), []);
  // A portion that was read before its rows were sealed.
  assert.deepEqual(await found(edited((rows) => void rows.slice(0, 4).forEach((row) => (row.hash = null)))), []);
});

for (const at of [0, 2, 5]) {
  for (const [name, value] of [["at", "2026-11-22T08:00:00Z"], ["actor", "me"], ["client_id", "c-2"], ["action", "role.delete"], ["subject", "role/x"], ["request_id", "x"], ["fields", ["scope"]], ["hash", "B".repeat(43)], ["seq", 99]]) {
    test(`row ${at + 1} with another ${name} is found, where it is`, async () => {
      const problems = await found(edited((lines) => void (lines[at][name] = value)));
      assert.equal(problems[0].line, at + 1);
    });
  }
  test(`row ${at + 1} removed is found`, async () => {
    const problems = await found(edited((lines) => void lines.splice(at, 1)));
    assert.ok(problems.some(({ text }) => text.includes(`row ${at + 1} is missing`)));
  });
  test(`row ${at + 1} removed and the rest renumbered is found`, async () => {
    const problems = await found(edited((lines) => void lines.splice(at, 1).length && lines.slice(at, -1).forEach((row) => (row.seq -= 1))));
    assert.ok(problems.length > 0);
  });
  test(`a row inserted before row ${at + 1} is found`, async () => {
    const copy = edited((lines) => void lines.splice(at, 0, { ...lines[at], actor: "me" }));
    assert.ok((await found(copy)).length > 0);
    const renumbered = edited((lines) => {
      lines.splice(at, 0, { ...lines[at], actor: "me" });
      lines.slice(at + 1, -1).forEach((row) => (row.seq += 1));
    });
    assert.ok((await found(renumbered)).length > 0);
    const unsealed = edited((lines) => void lines.splice(at, 0, { ...lines[at], seq: at + 0.5, hash: null }));
    assert.ok((await found(unsealed)).length > 0);
  });
}

test("rows that changed places are found, numbered as they were or anew", async () => {
  const swap = (lines) => void ([lines[1], lines[3]] = [lines[3], lines[1]]);
  assert.ok((await found(edited(swap))).length > 0);
  const renumbered = edited((lines) => {
    swap(lines);
    lines.slice(0, -1).forEach((row, at) => (row.seq = at + 1));
  });
  assert.ok((await found(renumbered)).length > 0);
});

test("rows missing at the end, and an end that is missing, are found", async () => {
  assert.match((await found(edited((lines) => lines.slice(0, -1))))[0].text, /the head is missing/);
  assert.match((await found(edited((lines) => void lines.splice(4, 2))))[0].text, /rows 5 to 6 are missing at the end/);
  assert.match((await found(edited((lines) => void (lines.at(-1).head.hash = "B".repeat(43)))))[0].text, /another hash/);
  assert.match((await found([...exported(), exported()[0]]))[0].text, /follows the head/);
});

test("a chain made anew is whole in itself, and found by a head that was kept", async () => {
  const known = exported().at(-1).head;
  const lines = exported().slice(0, -1).map((row) => ({ ...row, actor: row.seq === 2 ? "me" : row.actor }));
  let before = GENESIS.hash;
  for (const row of lines) before = row.hash = hashOf(row, before);
  lines.push({ head: { seq: 6, hash: before } });
  assert.deepEqual(await found(lines), []);
  assert.match((await found(lines, { known }))[0].text, /row 6 has another hash than the known head/);
  // The end cut off together with its head.
  const cut = [...exported().slice(0, 4), { head: { seq: 4, hash: exported()[3].hash } }];
  assert.deepEqual(await found(cut), []);
  assert.match((await found(cut, { known }))[0].text, /row 6 of the known head is missing/);
  // A row that is not sealed is rewritten: only its own words protect it until it is.
  assert.deepEqual(await found(edited((rows) => void (rows[5].actor = "me"), 6, 1)), []);
});

test("what is no row is found", async () => {
  for (const line of ["{", "[]", "null", "{}", '{"seq":1}', JSON.stringify({ ...exported()[1], extra: 1 })]) {
    assert.ok((await found(edited((lines) => void lines.splice(1, 1, line))))[0].text.includes("is not a row"), line);
  }
});

test("the command prints where and ends with 1, with 0 when all is whole, with 2 when it cannot read", () => {
  const run = (...args) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], { encoding: "utf8" });
    return [status, stdout + stderr];
  };
  const file = join(folder, "export.ndjson");
  const write = (lines) => writeFileSync(file, lines.map((line) => `${JSON.stringify(line)}\n`).join(""));
  write(exported(6, 1));
  const { seq, hash } = exported(6, 1).at(-1).head;
  assert.deepEqual(run(file), [0, `whole: 6 rows, 1 of them not sealed yet; head ${seq}:${hash}\n`]);
  assert.deepEqual(run(file, "--head", `5:${"B".repeat(43)}`), [1, `${file}:7: row 5 has another hash than the known head\n`]);
  write(edited((lines) => void (lines[2].actor = "me")));
  assert.deepEqual(run(file), [1, `${file}:3: row 3 does not fit its hash: it was changed, or a row before it was changed, removed or inserted\n`]);
  assert.equal(run(file, "--head", "5")[0], 2);
  assert.equal(run(join(folder, "none"))[0], 2);
  assert.equal(run()[0], 2);
});
