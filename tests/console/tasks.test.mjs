// The eight jobs of an operator, each from sign-in to done in at most four clicks.
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import { operatorToken, skip, startConsole } from "./support/console.mjs";

const CLINIC = "1380df72-275a-11e7-93ae-92361f002671";
const OWN = "7d22cfa1-860f-5aed-b450-8a611657064b";
const ROLE = "role-1380df72-275a-11e7-93ae-92361f002671";

let served;
before(async () => {
  if (!skip) served = await startConsole();
});
after(() => served?.stop());
beforeEach(async () => {
  if (!skip) await served.worker.reset();
});

/** A secret of the clinic's own connection that ends in three days. */
const dueSecret = () => {
  const end = new Date(Date.now() + 3 * 86_400_000).toISOString().replace(/\.\d+/, "");
  return served.worker.sql("INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at, expires_at) VALUES ('due', ?, ?, 1, 'Zz09', '2024-03-20T08:13:00Z', ?)", OWN, "A".repeat(43), end);
};

const api = (path, init) => served.worker.fetch(path, { ...init, headers: { authorization: `Bearer ${operatorToken({ sub: "colleague" })}`, "content-type": "application/json", ...init?.headers } });

test("find a client and block it", { skip }, async () => {
  const operator = await served.open();
  await operator.signIn();
  await operator.click("link", "Clients");
  await operator.type("Name contains", "Аптека 199");
  await operator.page.keyboard.press("Enter");
  await operator.click("link", "Аптека 199");
  await operator.click("button", "Block");
  await operator.type("Reason", "stolen laptop");
  await operator.click("button", "Block");
  await operator.sees("blocked: stolen laptop");
  assert.deepEqual(await served.worker.sql("SELECT is_blocked, block_reason FROM clients WHERE name = 'Аптека 199'"), [{ is_blocked: 1, block_reason: "stolen laptop" }]);
  await operator.done();
});

test("rotate a secret to its end", { skip }, async () => {
  await dueSecret();
  const operator = await served.open({ clock: true });
  await operator.signIn();
  await operator.click("link", /^КНП «Центр.* · 7d22cfa1$/);
  await operator.click("button", "Make a new secret");
  await operator.sees("Waiting for its first use");
  await operator.click("button", "Copy");
  const secret = await operator.page.evaluate(() => navigator.clipboard.readText());
  assert.match(secret, /^mes_/);
  const authorization = `Basic ${Buffer.from(`${CLINIC}:${secret}`).toString("base64")}`;
  const used = await served.worker.fetch("/oauth/token", { method: "POST", headers: { authorization, "content-type": "application/x-www-form-urlencoded" }, body: "grant_type=client_credentials" });
  assert.equal(used.status, 200, used.text);
  await operator.page.clock.runFor(2000); // the page looks again by itself
  await operator.sees("It was used");
  await operator.sees("…Zz09: never used.");
  await operator.page.getByLabel("To confirm, type Zz09").first().fill("Zz09");
  await operator.click("button", "Retire the old secret");
  await operator.sees("Done: only the new secret is left.");
  const left = await served.worker.sql("SELECT hint FROM connection_secrets WHERE connection_id = ?", OWN);
  assert.deepEqual(left, [{ hint: secret.slice(-4) }]);
  await operator.done();
});

test("which secrets are due", { skip }, async () => {
  await dueSecret();
  const operator = await served.open();
  await operator.signIn();
  await operator.click("link", /^1 secrets expire within 14 days$/);
  await operator.heading("Secrets");
  await operator.page.getByRole("row", { name: /7d22cfa1.*Zz09.*in 3 days/ }).waitFor();
  await operator.done();
});

test("give a user a role", { skip }, async () => {
  const operator = await served.open();
  await operator.signIn();
  await operator.click("link", "Users");
  await operator.click("link", "Taras Melnyk");
  await operator.click("button", "Give a role");
  await operator.page.getByRole("combobox", { name: "Role" }).focus();
  await operator.page.keyboard.type("HR");
  await operator.click("button", "Give a role");
  await operator.page.getByRole("row", { name: /HR.*every client/ }).waitFor();
  const held = await served.worker.sql("SELECT roles.name FROM user_roles JOIN roles ON roles.id = role_id WHERE user_id = 'user-7c3a7320-a9fa-5c81-857b-3d767c4b2190'");
  assert.deepEqual(held, [{ name: "HR" }]);
  await operator.done();
});

test("why may this user delete here", { skip }, async () => {
  const operator = await served.open();
  await operator.signIn();
  await operator.click("link", "Users");
  await operator.click("link", "Олена Ковальчук");
  await operator.page.getByRole("row", { name: /Delete Registry clerk the user → Kyiv registry → Registry clerk → Delete/ }).waitFor();
  await operator.done();
});

test("who changed this role and when", { skip }, async () => {
  const changed = await api(`/admin/roles/${ROLE}`, { method: "PATCH", body: JSON.stringify({ name: "Family doctor" }) });
  assert.equal(changed.status, 200, changed.text);
  const operator = await served.open();
  await operator.signIn();
  await operator.click("link", "Roles");
  await operator.click("link", "Family doctor");
  await operator.page.getByRole("row", { name: /this minute.*colleague role\.update name/ }).waitFor();
  await operator.done();
});

test("restore a mistaken redirect URI from its history", { skip }, async () => {
  // Somebody else has made the mistake, before this page was opened.
  const path = `/api/clients/${CLINIC}/connections/${OWN}`;
  assert.equal((await api(path, { method: "PATCH", body: JSON.stringify({ redirect_uri: "https://mistake.example/login" }) })).status, 200);
  const operator = await served.open({ path: "#/audit" });
  await operator.signIn();
  await operator.click("link", /^connection 7d22cfa1$/);
  await operator.sees("Redirect URIs from before");
  await operator.click("button", "Restore");
  await operator.sees("Now: https://mistake.example/login. After: https://cabinet.cpmsd1.example/login.");
  await operator.click("button", "Restore");
  await operator.page.getByRole("row", { name: /operator connection\.update redirect_uri/ }).waitFor();
  assert.deepEqual(await served.worker.sql("SELECT redirect_uri FROM connections WHERE id = ?", OWN), [{ redirect_uri: "https://cabinet.cpmsd1.example/login" }]);
  await operator.done();
});

test("see a refused action explained", { skip }, async () => {
  const operator = await served.open();
  await operator.paste(operatorToken({ scope: "client:read connection:read audit:read" }));
  await operator.click("link", "Clients");
  await operator.click("link", "Аптека 199");
  await operator.click("button", "End all tokens");
  await operator.click("button", "End all tokens");
  const refusal = operator.page.getByRole("dialog").getByRole("alert");
  await refusal.getByText("Your token may not do this.").waitFor();
  const text = await refusal.innerText();
  assert.match(text, /The token lacks the scope client:write/);
  assert.match(text, /Request id \S+/);
  await operator.done();
});
