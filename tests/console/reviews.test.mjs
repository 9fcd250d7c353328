// Access reviews in the console: taken, decided, closed, and the signed record saved.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, beforeEach, test } from "node:test";
import { operatorToken, skip, startConsole } from "./support/console.mjs";

const GROUP = "5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42";
const OPEN = "7d0c2f4a-61b8-5e39-9a47-2f8b6c1d5e01";
const CLOSED = "7d0c2f4a-61b8-5e39-9a47-2f8b6c1d5e02";

let served;
let scope;
before(async () => {
  if (!skip) served = await startConsole({ token: (claims) => operatorToken({ ...claims, ...(scope && { scope }) }) });
});
after(() => served?.stop());
beforeEach(async () => {
  scope = undefined;
  if (!skip) await served.worker.reset();
});

const members = () => served.worker.sql("SELECT user_id FROM access_group_users WHERE access_group_id = ? ORDER BY user_id", GROUP);

/** Takes a review of the sample group, and shows its page. */
async function takeOne(operator) {
  await operator.click("link", "Reviews");
  await operator.click("button", "Take a review");
  await operator.type("Name", "Registry, autumn");
  await operator.page.getByLabel("Of", { exact: true }).selectOption({ label: "Access group" });
  await operator.type("Which one", GROUP);
  await operator.click("button", "Take a review");
  await operator.heading("Registry, autumn");
}

test("without the scope the page names it, and shows no right", { skip }, async () => {
  scope = "client:read";
  const operator = await served.open({ path: `#/reviews/${OPEN}` });
  await operator.signIn();
  await operator.sees("access:review");
  assert.equal(await operator.page.getByRole("table").count(), 0);
  await operator.done();
});

test("a review of something that is not there is refused, and the form stays with what was typed", { skip }, async () => {
  const operator = await served.open({ path: "#/reviews" });
  await operator.signIn();
  await operator.click("button", "Take a review");
  await operator.type("Name", "Nothing");
  await operator.page.getByLabel("Of", { exact: true }).selectOption({ label: "Access group" });
  await operator.click("button", "Take a review");
  await operator.page.getByRole("dialog").getByRole("alert").waitFor();
  assert.equal(await operator.page.getByLabel("Name", { exact: true }).last().inputValue(), "Nothing");
  assert.deepEqual(await served.worker.sql("SELECT count(*) AS n FROM reviews WHERE name = 'Nothing'"), [{ n: 0 }]);
  await operator.done();
});

test("a group's rights are looked at: one is kept, one is taken away, and the review is closed", { skip }, async () => {
  const before = await members();
  const operator = await served.open();
  await operator.signIn();
  await takeOne(operator);
  const rows = operator.page.getByRole("table", { name: "Rights" }).getByRole("row");
  await rows.nth(1).waitFor();
  const all = (await rows.count()) - 1;
  assert.ok(all > before.length, "the members and the permissions of the group");

  const member = operator.page.getByRole("table", { name: "Rights" }).getByRole("row").filter({ has: operator.page.locator('a[href^="#/users/"]') });
  await member.first().getByRole("button", { name: "Take away" }).click();
  await operator.type("Note", "Left in October");
  await operator.page.getByRole("dialog").getByRole("button", { name: "Take away" }).click();
  await operator.sees(/taken away, operator, .*: Left in October/);
  assert.equal((await members()).length, before.length - 1);

  await operator.page.getByRole("button", { name: "Keep" }).first().click();
  await operator.page.getByRole("dialog").getByRole("button", { name: "Keep" }).click();
  await operator.sees(/^kept$/);
  assert.deepEqual(await operator.findings(), []);
  await operator.page.getByLabel("Decision", { exact: true }).selectOption({ label: "taken away" });
  await operator.settled();
  assert.equal((await rows.count()) - 1, 1, "the filter leaves one");

  await operator.click("button", "Close the review");
  await operator.page.getByRole("dialog").getByText(`${all - 2} rights were not decided`).waitFor();
  await operator.page.getByLabel("To confirm, type Registry, autumn").fill("Registry, autumn");
  await operator.page.getByRole("dialog").getByRole("button", { name: "Close the review" }).click();
  await operator.sees(/^closed /);
  await operator.page.getByRole("button", { name: "Take away" }).first().waitFor({ state: "detached" });
  const [{ revoke, keep }] = await served.worker.sql(
    "SELECT count(*) FILTER (WHERE decision = 'revoke') AS revoke, count(*) FILTER (WHERE decision = 'keep') AS keep FROM review_items WHERE review_id = (SELECT id FROM reviews WHERE name = 'Registry, autumn' AND closed_at IS NOT NULL)",
  );
  assert.deepEqual({ revoke, keep }, { revoke: 1, keep: 1 });
  await operator.done(20);
});

test("the record of a closed review is saved as it was signed", { skip }, async () => {
  const operator = await served.open({ path: `#/reviews/${CLOSED}` });
  await operator.signIn();
  const download = operator.page.waitForEvent("download");
  await operator.click("button", "Save the signed record");
  const file = await download;
  const [head, claims] = readFileSync(await file.path(), "utf8").trim().split(".", 2).map((part) => JSON.parse(Buffer.from(part, "base64url")));
  assert.match(file.suggestedFilename(), /\.jws$/);
  assert.equal(head.typ, "access-review+jwt");
  assert.equal(claims.review.id, CLOSED);
  assert.equal(await operator.page.getByRole("button", { name: /^(Keep|Take away|Close the review)$/ }).count(), 0);
  await operator.done();
});

test("a scope leads to its review, and what a client has by its type can be kept and not taken away", { skip }, async () => {
  const operator = await served.open({ path: "#/scopes/declaration:read" });
  await operator.signIn();
  await operator.click("link", "Review these rights");
  await operator.click("button", "Take a review");
  assert.equal(await operator.page.getByLabel("Which one", { exact: true }).inputValue(), "declaration:read");
  await operator.type("Name", "Declarations");
  await operator.click("button", "Take a review");
  await operator.heading("Declarations");
  const client = operator.page.getByRole("row").filter({ hasText: "Client type" }).first();
  await client.getByRole("button", { name: "Keep" }).waitFor();
  assert.equal(await client.getByRole("button", { name: "Take away" }).count(), 0);
  await operator.done();
});
