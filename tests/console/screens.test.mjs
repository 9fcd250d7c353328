// Every screen at both widths, in both themes and both languages: no serious finding of axe, nothing wider than the
// screen, no complaint of the browser, nothing asked of another host.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { operatorToken, skip, startConsole } from "./support/console.mjs";

const CLINIC = "1380df72-275a-11e7-93ae-92361f002671";
const SCREENS = [
  "", "clients", `clients/${CLINIC}`, `clients/${CLINIC}/connections/7d22cfa1-860f-5aed-b450-8a611657064b`, "secrets", "users",
  "users/user-1380df72-275a-11e7-93ae-92361f002671", "roles", "roles/6eeb0bd1-c20d-5ff3-8942-e34b72e05198", "types",
  "types/1c178b9d-e361-551a-a088-2dfd1c2612fc", "scopes/declaration:read", "scopes/declaration:read?type=client", "groups", "groups/5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42", "reviews",
  "reviews/7d0c2f4a-61b8-5e39-9a47-2f8b6c1d5e01", "reviews/7d0c2f4a-61b8-5e39-9a47-2f8b6c1d5e02", "audit", "keys",
];

let served;
before(async () => {
  if (skip) return;
  served = await startConsole();
  const authorization = `Bearer ${operatorToken()}`;
  await served.worker.fetch(`/admin/clients/${CLINIC}/actions/deactivate_tokens`, { method: "PATCH", headers: { authorization } });
  await served.worker.fetch(`/api/clients/${CLINIC}/connections/7d22cfa1-860f-5aed-b450-8a611657064b/actions/refresh_secret`, { method: "PATCH", headers: { authorization } });
});
after(() => served?.stop());

for (const [width, theme, language] of [[1280, "light", "en-GB"], [390, "dark", "uk-UA"], [1280, "dark", "uk-UA"], [390, "light", "en-GB"]]) {
  test(`every screen at ${width} px, ${theme}, ${language}`, { skip }, async () => {
    const operator = await served.open({ width, theme, language });
    assert.deepEqual(await operator.findings(), []);
    await operator.signIn();
    for (const screen of SCREENS) {
      await operator.page.goto(new URL(`/console/#/${screen}`, served.worker.url).href);
      await operator.settled();
      assert.equal(await operator.page.getByRole("heading", { level: 1 }).count(), 1, screen);
      assert.deepEqual(await operator.findings(), [], screen);
      assert.equal(await operator.page.getByRole("alert").count(), 0, `${screen}: ${await operator.page.getByRole("main").innerText()}`);
      const wide = await operator.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `${screen} is ${wide} px wider than the screen`);
    }
    await operator.done(0);
  });
}

test("an open dialog has no serious finding", { skip }, async () => {
  const operator = await served.open({ width: 390, theme: "dark", path: `#/clients/${CLINIC}` });
  await operator.signIn();
  for (const name of ["Block", "Edit", "Delete"]) {
    await operator.click("button", name);
    await operator.page.getByRole("dialog").getByRole("button", { name: "Cancel" }).waitFor();
    assert.deepEqual(await operator.findings(), [], name);
    await operator.page.keyboard.press("Escape");
    await operator.page.getByRole("dialog").waitFor({ state: "detached" });
  }
  await operator.done();
});

test("the language follows the browser, and a button changes it", { skip }, async () => {
  const operator = await served.open({ language: "uk-UA" });
  await operator.signIn();
  await operator.heading("Огляд");
  await operator.click("button", "In English");
  await operator.heading("Overview");
  assert.equal(await operator.page.evaluate(() => document.documentElement.lang), "en");
  await operator.done();
});

test("the start page leads to the console, the reference and the health of the service", { skip }, async () => {
  const operator = await served.open();
  await operator.page.goto(new URL("/start/", served.worker.url).href);
  await operator.sees("Version 0.1.0");
  await operator.page.getByRole("status").getByText(/ready|administration/i).waitFor();
  assert.deepEqual(await operator.findings(), []);
  await operator.page.getByRole("link", { name: "The operator’s console" }).click();
  await operator.heading("Sign in");
  await operator.done();
});
