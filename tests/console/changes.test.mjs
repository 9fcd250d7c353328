// What the console does when a change is refused, meets another change, or loses its answer.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { operatorToken, skip, startConsole } from "./support/console.mjs";

const CLINIC = "1380df72-275a-11e7-93ae-92361f002671";
const OWN = "7d22cfa1-860f-5aed-b450-8a611657064b";
const CLOSED = "f3b6f0a9-7c1d-5c55-9d2e-6a0d6c1f7b02";
const CONNECTION = `/api/clients/${CLINIC}/connections/${OWN}`;

let served;
before(async () => {
  if (!skip) served = await startConsole({ vars: { REQUIRE_IF_MATCH: "on" } });
});
after(() => served?.stop());
beforeEach(async () => {
  if (!skip) await served.worker.reset();
});

const redirect = () => served.worker.sql("SELECT redirect_uri FROM connections WHERE id = ?", OWN).then(([row]) => row.redirect_uri);
const meanwhile = () =>
  served.worker.fetch(CONNECTION, {
    method: "PATCH",
    headers: { authorization: `Bearer ${operatorToken({ sub: "colleague" })}`, "content-type": "application/json", "if-match": "*" },
    body: JSON.stringify({ redirect_uri: "https://colleague.example/login" }),
  });

async function editing() {
  const operator = await served.open({ path: `#/clients/${CLINIC}/connections/${OWN}` });
  await operator.signIn();
  await operator.click("button", "Change the redirect URI");
  await operator.type("Redirect URI", "https://mine.example/login");
  return operator;
}

test("a record that changed meanwhile is compared, and nothing is written until the operator says so", { skip }, async () => {
  const operator = await editing();
  assert.equal((await meanwhile()).status, 200);
  await operator.click("button", "Save");
  await operator.sees("Changed meanwhile.");
  const row = await operator.page.getByRole("row", { name: /^redirect_uri/ }).innerText();
  for (const version of ["https://cabinet.cpmsd1.example/login", "https://colleague.example/login", "https://mine.example/login"]) assert.ok(row.includes(version), row);
  assert.equal(await redirect(), "https://colleague.example/login");
  await operator.click("button", "Make my change to the new version");
  await operator.page.getByRole("dialog").waitFor({ state: "detached" });
  assert.equal(await redirect(), "https://mine.example/login");
  await operator.done();
});

test("a change sends the tag of what was read and an idempotency key", { skip }, async () => {
  const operator = await editing();
  const sent = operator.page.waitForRequest((request) => request.method() === "PATCH");
  await operator.click("button", "Save");
  const headers = (await sent).headers();
  assert.match(headers["if-match"], /^"[^"]+"$/);
  assert.match(headers["idempotency-key"], /^[0-9a-f-]{36}$/);
  await operator.done();
});

test("a change whose answer was lost is sent again under the same key, and is made once", { skip }, async () => {
  const operator = await editing();
  const keys = [];
  await operator.page.route(`**${CONNECTION}`, async (route) => {
    if (route.request().method() !== "PATCH") return route.continue();
    keys.push(route.request().headers()["idempotency-key"]);
    if (keys.length > 1) return route.continue();
    await route.fetch(); // it reaches the service
    return route.abort();
  });
  await operator.click("button", "Save");
  await operator.sees("The service was not reached.");
  assert.equal(await redirect(), "https://mine.example/login");
  await operator.click("button", "Save");
  await operator.page.getByRole("dialog").waitFor({ state: "detached" });
  assert.deepEqual(keys, [keys[0], keys[0]]);
  assert.deepEqual(await served.worker.sql("SELECT count(*) AS rows FROM audit WHERE action = 'connection.update'"), [{ rows: 1 }]);
  await operator.done();
});

test("a value that breaks a rule is refused in the service's words, and the form keeps it", { skip }, async () => {
  const operator = await editing();
  await operator.type("Redirect URI", "http://plain.example/");
  await operator.click("button", "Save");
  await operator.sees("The values break a rule.");
  assert.match(await operator.page.getByRole("alert").innerText(), /\$\.redirect_uri .+[\s\S]*Request id \S+/);
  assert.equal(await operator.page.getByLabel("Redirect URI", { exact: true }).inputValue(), "http://plain.example/");
  await operator.done();
});

test("settings that are no JSON are refused before anything is sent", { skip }, async () => {
  const operator = await served.open({ path: `#/clients/${CLINIC}` });
  await operator.signIn();
  await operator.click("button", "Edit");
  await operator.type("Settings", "{");
  operator.requests.length = 0;
  await operator.click("button", "Save");
  await operator.sees("This is not JSON");
  assert.equal(operator.requests.length, 0);
  await operator.done();
});

test("a role is taken from a user where the service demands a condition", { skip }, async () => {
  const operator = await served.open({ path: "#/users/user-1380df72-275a-11e7-93ae-92361f002671" });
  await operator.signIn();
  await operator.page.getByRole("row", { name: /ADMIN every client/ }).getByRole("button", { name: "Take away" }).click();
  await operator.type("To confirm, type ADMIN", "ADMIN");
  await operator.page.keyboard.press("Enter");
  await operator.page.getByRole("row", { name: /ADMIN every client/ }).waitFor({ state: "detached" });
  await operator.done();
});

test("a delete says what goes with it and asks for the name", { skip }, async () => {
  const operator = await served.open({ path: `#/clients/${CLOSED}` });
  await operator.signIn();
  await operator.click("button", "Delete");
  const dialog = operator.page.getByRole("dialog");
  await dialog.getByText("Its connections, their secrets, the tokens").waitFor();
  const button = dialog.getByRole("button", { name: "Delete" });
  assert.equal(await button.isDisabled(), true);
  await operator.type("To confirm, type Аптека 198, зачинена", "Аптека 198");
  assert.equal(await button.isDisabled(), true);
  await operator.type("To confirm, type Аптека 198, зачинена", "Аптека 198, зачинена");
  await button.click();
  await operator.heading("Clients");
  assert.deepEqual(await served.worker.sql("SELECT id FROM clients WHERE id = ?", CLOSED), []);
  await operator.done();
});

test("a page that has failed says so and can be tried again", { skip }, async () => {
  const operator = await served.open();
  await operator.signIn();
  let failures = 0;
  await operator.page.route("**/admin/roles?*", (route) => (failures++ === 0 ? route.fulfill({ status: 503, headers: { "x-request-id": "lost-1" }, json: { error: { message: "Try again." } } }) : route.continue()));
  await operator.click("link", "Roles");
  await operator.sees("The database was not reached.");
  await operator.sees("lost-1");
  await operator.click("button", "Try again");
  await operator.page.getByRole("link", { name: "Doctor", exact: true }).waitFor();
  await operator.done();
});

test("a record that is not there is said to be missing", { skip }, async () => {
  const operator = await served.open({ path: "#/roles/none" });
  await operator.signIn();
  await operator.sees("There is no such record.");
  await operator.page.goto(new URL("/console/#/nothing", served.worker.url).href);
  await operator.heading("There is no such page");
  await operator.done();
});

test("members and permissions of an access group are added and removed", { skip }, async () => {
  const operator = await served.open({ path: "#/groups/9A41E6D7-2C58-4F03-B7A9-16D8E05C3B74" });
  await operator.signIn();
  await operator.click("button", "Add a member");
  await operator.type("Username", "o.kovalchuk");
  await operator.page.keyboard.press("Enter");
  await operator.page.getByRole("row", { name: /o\.kovalchuk/ }).getByRole("button", { name: "Remove" }).click();
  await operator.type("To confirm, type o.kovalchuk", "o.kovalchuk");
  await operator.page.keyboard.press("Enter");
  await operator.page.getByRole("row", { name: /o\.kovalchuk/ }).waitFor({ state: "detached" });
  await operator.click("button", "Add a permission");
  await operator.page.getByRole("combobox", { name: "Access role" }).selectOption({ label: "Visitor" });
  await operator.page.getByRole("combobox", { name: "Permission" }).selectOption("Export");
  await operator.click("button", "Add a permission");
  await operator.page.getByRole("row", { name: /Visitor Export active/ }).waitFor();
  await operator.done();
});
