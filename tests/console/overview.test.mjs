// What the first page says: what is not set up and the command that mends it, what needs a hand, and the keys' page.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { ownKeys } from "../runtime/support/keys.mjs";
import { skip, startConsole } from "./support/console.mjs";

let whole, broken;
before(async () => {
  if (skip) return;
  whole = await startConsole({ archive: true });
  broken = await startConsole({ vars: { NONCE_LIFETIME: "soon" } });
});
after(async () => {
  await whole?.stop();
  await broken?.stop();
});

test("a service that is set up says so", { skip }, async () => {
  const operator = await whole.open();
  await operator.signIn();
  await operator.sees("Everything is set up.");
  await operator.sees("Rows of the audit: 0.");
  await operator.done();
});

test("a setting that is broken is named with the command that mends it, on both pages", { skip }, async () => {
  const operator = await broken.open();
  await operator.signIn();
  const told = operator.page.getByRole("region", { name: "Not set up yet" });
  await told.getByRole("listitem").filter({ hasText: /NONCE_LIFETIME/ }).getByText("npm run deploy").waitFor();
  await operator.click("link", "Keys and health");
  await operator.page.getByRole("listitem").filter({ hasText: "NONCE_LIFETIME" }).waitFor();
  await operator.done();
});

test("the counts lead to the lists that they count, and refusals of the last hour are told", { skip }, async () => {
  for (let call = 0; call < 3; call += 1) await whole.worker.fetch("/admin/roles", { headers: { authorization: "Bearer none" } });
  const operator = await whole.open();
  await operator.signIn();
  await operator.sees(/Refusals in the last hour:\s*3/);
  await operator.sees("401: 3");
  await operator.click("link", /^1 blocked clients$/);
  await operator.heading("Clients");
  await operator.page.getByRole("row", { name: /ФОП Бондаренко/ }).waitFor();
  assert.equal(await operator.page.getByRole("row").count(), 2); // the heading and the client
  await operator.done();
});

test("the keys' page names keys and peppers, and shows no secret", { skip }, async () => {
  const operator = await whole.open({ path: "#/keys" });
  const answered = operator.page.waitForResponse((answer) => new URL(answer.url()).pathname === "/admin/keys");
  await operator.signIn();
  const text = await (await answered).text();
  for (const { kid, d } of ownKeys) {
    assert.ok(!text.includes(d), kid);
    await operator.page.getByRole("row", { name: kid }).waitFor();
  }
  await operator.page.getByRole("row", { name: /^edge-2 ES256 signs/ }).waitFor();
  await operator.page.getByRole("row", { name: /^1 makes new digests/ }).waitFor();
  await operator.sees("The service is ready.");
  await operator.done();
});
