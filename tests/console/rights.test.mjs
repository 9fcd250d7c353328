// Who has what, and what a change would do: the console asks the service, and a question changes nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { skip, startConsole } from "./support/console.mjs";

const CLINIC = "1380df72-275a-11e7-93ae-92361f002671";
const USER = `user-${CLINIC}`;
const GROUP = "5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42";

let served;
before(async () => {
  if (!skip) served = await startConsole();
});
after(() => served?.stop());

const stored = () =>
  Promise.all(["roles", "client_types", "clients", "user_roles", "permissions", "access_group_users", "access_groups", "audit"].map((table) => served.worker.sql(`SELECT * FROM ${table} ORDER BY 1, 2`)));

/** Opens a change, and asks what it would do. */
async function asked(path, button, prepare = async () => undefined) {
  const operator = await served.open({ path });
  await operator.signIn();
  await operator.click("button", button);
  await operator.page.getByRole("dialog").waitFor();
  await prepare(operator);
  await operator.click("button", "What would change");
  return operator;
}

test("every change that can be asked about tells what it would do, or why it is refused, and changes nothing", { skip }, async () => {
  const [{ role_id }] = await served.worker.sql("SELECT role_id FROM user_roles WHERE user_id = ? LIMIT 1", USER);
  const [{ client_type_id }] = await served.worker.sql("SELECT client_type_id FROM clients WHERE id = ?", CLINIC);
  const shorter = (operator) => operator.type("Scopes", "declaration:read");
  const before = await stored();
  for (const [path, button, prepare, told] of [
    [`#/roles/${role_id}`, "Edit", shorter, /That would go: [1-9]/],
    [`#/roles/${role_id}`, "Delete", undefined, /users|Conflict|cannot|role/i],
    [`#/types/${client_type_id}`, "Edit", shorter, /That would go: [1-9]/],
    [`#/clients/${CLINIC}`, "Block", (operator) => operator.type("Reason", "stolen laptop"), /That would go: [1-9]/],
    [`#/clients/${CLINIC}`, "Edit", undefined, /Nobody would gain or lose/],
    [`#/clients/${CLINIC}`, "Delete", undefined, /still used by connections/],
    [`#/users/${USER}`, "Take away", undefined, /That would go: [1-9]/],
    [`#/users/${USER}`, "Give a role", undefined, /would/],
    [`#/groups/${GROUP}`, /^Remove$/, undefined, /would/],
    [`#/groups/${GROUP}`, "Delete", undefined, /That would go: [1-9]|cannot|System/],
  ]) {
    const operator = await asked(path, button, prepare && ((one) => prepare(one)));
    const dialog = operator.page.getByRole("dialog");
    await dialog.getByText(told).first().waitFor().catch(async () => assert.match(await dialog.innerText(), told, `${path} ${button}`));
    assert.deepEqual(await stored(), before, `${path} ${button}`);
    assert.deepEqual(operator.foreign, []);
    await operator.context.close();
  }
});

test("what was told of other values is gone, and the change is made only when it is sent", { skip }, async () => {
  await served.worker.reset();
  const [{ role_id }] = await served.worker.sql("SELECT role_id FROM user_roles WHERE user_id = ? LIMIT 1", USER);
  const operator = await asked(`#/roles/${role_id}`, "Edit", (one) => one.type("Scopes", "declaration:read"));
  await operator.sees(/^Rights that would come: 0\. That would go: [1-9]/);
  await operator.page.getByRole("row", { name: new RegExp(`user ${USER}`) }).first().waitFor();
  assert.deepEqual(await operator.findings(), []);
  await operator.type("Scopes", "declaration:read declaration:write");
  assert.equal(await operator.page.getByText("Rights that would come").count(), 0);
  await operator.click("button", "Save");
  await operator.page.getByRole("dialog").waitFor({ state: "detached" });
  assert.deepEqual(await served.worker.sql("SELECT scope FROM roles WHERE id = ?", role_id), [{ scope: "declaration:read declaration:write" }]);
  await operator.done();
});

test("a scope of a role leads to who has it: users by role, clients by type, connections", { skip }, async () => {
  await served.worker.reset();
  const [{ role_id, name }] = await served.worker.sql("SELECT role_id, name FROM user_roles JOIN roles ON roles.id = role_id WHERE user_id = ? LIMIT 1", USER);
  const operator = await served.open({ path: `#/roles/${role_id}` });
  await operator.signIn();
  await operator.page.locator(".scopes a").first().click();
  await operator.page.getByRole("row", { name: new RegExp(`${USER}.*${name}`) }).first().waitFor();
  await operator.click("link", "Clients");
  await operator.settled();
  await operator.page.getByRole("main").getByRole("link", { name: "Clients" }).click();
  await operator.page.getByRole("main").getByRole("row", { name: new RegExp(CLINIC) }).first().waitFor();
  await operator.context.close();
});

test("a client shows the roles of its users, and a long list grows when it is asked to", { skip }, async () => {
  await served.worker.reset();
  const [{ role_id }] = await served.worker.sql("SELECT role_id FROM user_roles WHERE user_id = ? LIMIT 1", USER);
  await served.worker.sql(
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 150) INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at) SELECT 'many-' || i, 'many-' || i, ?, ?, '2026-01-02T03:04:05Z' FROM n",
    role_id,
    CLINIC,
  );
  const operator = await served.open({ path: `#/clients/${CLINIC}` });
  await operator.signIn();
  await operator.page.getByRole("table", { name: "Users’ roles here" }).waitFor();
  const count = () => operator.page.getByRole("table", { name: "Users’ roles here" }).getByRole("link", { name: /^many-/ }).count();
  const first = await count();
  assert.ok(first > 50 && first < 150, `${first}`);
  await operator.click("button", "More");
  await operator.page.getByRole("link", { name: "many-150" }).waitFor();
  assert.equal(await count(), 150);
  await operator.done();
});
