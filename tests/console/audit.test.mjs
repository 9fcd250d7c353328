// The audit's page: the newest rows first, filters, links to records, the export, and the chain recomputed in the browser.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { verify } from "../../scripts/lib/audit-chain.mjs";
import { operatorToken, skip, startConsole } from "./support/console.mjs";

const ROLE = "role-1380df72-275a-11e7-93ae-92361f002671";
const CHANGES = 120;

let served;
before(async () => {
  if (skip) return;
  served = await startConsole();
  const headers = { authorization: `Bearer ${operatorToken({ sub: "Олена" })}`, "content-type": "application/json" };
  for (let number = 1; number <= CHANGES; number += 1) {
    await served.worker.fetch(`/admin/roles/${ROLE}`, { method: "PATCH", headers, body: JSON.stringify({ name: `Doctor ${number}` }) });
  }
  await served.worker.scheduled();
});
after(() => served?.stop());

async function audit(query = "") {
  const operator = await served.open({ path: `#/audit${query}` });
  await operator.signIn();
  await operator.page.getByRole("table").waitFor();
  return operator;
}

test("the newest row is the first of the first page, and the oldest the last of the last", { skip }, async () => {
  const operator = await audit();
  const numbers = () => operator.page.getByRole("row").locator("td:first-child").allInnerTexts();
  await operator.sees("page 1 of 3, 120 in all");
  assert.equal((await numbers())[0].trim().slice(0, 3), "120");
  await operator.page.goto(new URL("/console/#/audit?page=3", served.worker.url).href);
  await operator.sees("page 3 of 3");
  assert.equal((await numbers()).at(-1).trim(), "1");
  await operator.done();
});

test("a filter stands in the address, and a row leads to its record and to its history", { skip }, async () => {
  const operator = await audit();
  await operator.type("Who", "nobody");
  await operator.page.keyboard.press("Enter");
  await operator.sees("Nothing was found.");
  assert.match(operator.page.url(), /#\/audit\?actor=nobody$/);
  await operator.click("link", "Clear");
  await operator.click("link", "history");
  await operator.page.waitForURL(/subject=role%2F/);
  await operator.click("link", /^role role-138/);
  await operator.heading("Doctor 120");
  await operator.done();
});

test("the export has every row and its head, as audit:verify wants them", { skip }, async () => {
  const operator = await audit();
  const [download] = await Promise.all([operator.page.waitForEvent("download"), operator.click("button", "Export")]);
  const lines = readFileSync(await download.path(), "utf8").split("\n").filter(Boolean);
  const { rows, problems } = await verify(lines);
  assert.deepEqual([rows, problems], [CHANGES, []]);
  await operator.done();
});

test("the chain is verified in the browser, and a row that was changed is found", { skip }, async () => {
  const operator = await audit();
  await operator.click("button", "Verify in this browser");
  await operator.sees("Verified in your browser: the hashes of 120 rows fit, up to the head at row 120; 0 rows are not sealed yet.");
  const [{ hash }] = await served.worker.sql("SELECT hash FROM audit_head");
  await operator.sees(hash);
  await served.worker.sql("UPDATE audit SET hash = ? WHERE seq = 50", "B".repeat(43));
  await operator.click("button", "Verify in this browser");
  await operator.sees("The chain is broken at row 50");
  await served.worker.sql("UPDATE audit SET hash = NULL WHERE seq = 50");
  await served.worker.sql("UPDATE audit SET actor = 'somebody else' WHERE seq = 60");
  await operator.click("button", "Verify in this browser");
  await operator.sees("The chain is broken at row 120");
  await served.worker.sql("DELETE FROM audit WHERE seq = 60");
  await operator.click("button", "Verify in this browser");
  await operator.sees("The chain is broken at row 61");
  await operator.done();
});
