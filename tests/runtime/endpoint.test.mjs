// The Endpoint dialect in workerd: what D1 might do differently from the SQLite of the native tests, which are
// where the rules themselves are tested.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { bearer } from "./support/keys.mjs";
import { startWorker } from "./support/worker.mjs";

const ROOT = "/Endpoint/rest/api/v1";
const CLERK = "32E61509-0071-4001-BE32-9E9D0DB255CB";
const SCOPES = "AccessManager:Read AccessManager:Create, Update AccessManager:Delete";

let worker;
before(async () => (worker = await startWorker()));
after(() => worker?.stop());

const send = (method, path, body, scope = SCOPES) =>
  worker.fetch(ROOT + path, {
    method,
    headers: { ...bearer({ scope, sub: "user-1" }), ...(body === undefined ? {} : { "content-type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
const list = (path, query = {}) => send("GET", `${path}?${new URLSearchParams(query)}`);
const count = async (sql, ...values) => (await worker.sql(`SELECT count(*) AS n FROM ${sql}`, ...values))[0].n;

test("refusals have the documented bodies", async () => {
  const missing = await send("PATCH", "/AccessGroup", { Name: "x" }, "AccessManager:Create AccessUser:Update");
  assert.equal(missing.status, 403);
  assert.deepEqual(missing.json.Errors, ["The user does not have access to execute operation"]);
  const unknown = await list("/AccessGroups", { Filters: "Colour = red" });
  assert.equal(unknown.status, 400);
  assert.equal(unknown.json.Type, "/Errors/Bad Input");
  assert.match(unknown.json.Errors[1], /^Filters: AccessGroup has no field `Colour`; it has Id, Name, /);
  const system = await send("PUT", "/AccessGroup/GROUP-S", { Name: "Mine" });
  assert.equal(system.status, 403);
  const role = await send("DELETE", `/Role/${CLERK}`);
  assert.equal(role.status, 409);
  assert.deepEqual(role.json.Errors, ["The role is used by permissions of access groups."]);
});

test("a group lives from insert to delete", async () => {
  const inserted = await send("POST", "/AccessGroup", { Name: "Аптеки / Dnipro", ExternalId: "D1", Is_Active: true });
  assert.equal(inserted.status, 200, inserted.text);
  const { Id, CreatedBy, CreatedOn, AccessGroupTypeId } = inserted.json;
  assert.deepEqual(CreatedBy, { Id: 7, ExternalId: "user-1", Name: "Olena Bondar", Type: "User" });
  assert.match(CreatedOn, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.deepEqual(AccessGroupTypeId, { Id: "FullAccess", ExternalId: "", Name: "FullAccess", Type: "AccessGroupType" });
  assert.equal((await send("POST", "/AccessGroup", { Name: "Other", ExternalId: "D1" })).status, 400);
  const name = `base64|${Buffer.from("Аптеки / Dnipro").toString("base64url")}`;
  const read = await send("GET", `/AccessGroup/${name}?Name=Name`);
  assert.deepEqual(read.json, inserted.json);
  const upserted = await send("PATCH", "/AccessGroup", { ExternalId: "D1", Description: "twelve" });
  assert.deepEqual([upserted.json.Id, upserted.json.Description, upserted.json.Is_Active], [Id, "twelve", true]);
  const replaced = await send("PUT", `/AccessGroup/${Id}`, { Name: "Dnipro", AccessGroupTypeId: "Locations" });
  assert.deepEqual([replaced.json.Name, replaced.json.Description, replaced.json.AccessGroupTypeId.Id], ["Dnipro", "", "Locations"]);
  const deleted = await send("DELETE", `/AccessGroup/${Id}`);
  assert.deepEqual(deleted.json, replaced.json);
  assert.equal((await send("GET", `/AccessGroup/${Id}`)).status, 404);
  assert.deepEqual(
    (await worker.sql("SELECT action FROM audit WHERE action LIKE 'access_group.%' ORDER BY seq")).map((row) => row.action),
    ["access_group.create", "access_group.upsert", "access_group.replace", "access_group.delete"],
  );
});

test("lists show whole numbers, true totals and pages from 0", async () => {
  const page = await list("/AccessGroups", { CurrentPage: 1, PageSize: 3, Fields: "Id" });
  assert.equal(page.text, '{"Meta":{"TotalItems":4,"CurrentPage":1,"PageSize":3,"Type":"AccessGroup"},"Data":[{"Id":"GROUP-N"}]}');
  const permissions = await list("/AccessGroup/GROUP-A/Permissions", {
    Filters: "(Id In 4711, 4712) AND AccessRoleId.Name Like reg% AND Is_Active = true AND CreatedOn > 2024-10-22",
    Orders: "AccessRoleId.Name DESC, Id ASC",
  });
  assert.deepEqual(permissions.json, {
    Meta: { TotalItems: 1, CurrentPage: 0, PageSize: 50, Type: "Permission" },
    Data: [
      {
        Id: 4711,
        AccessRoleId: { Id: CLERK, ExternalId: "REG-01", Name: "Registry clerk", Type: "AccessRole" },
        PermissionId: { Id: "Create", ExternalId: "", Name: "Create", Type: "Permission" },
        Is_Active: true,
        CreatedOn: "2024-10-22T08:00:00Z",
      },
    ],
  });
  const effective = await send("GET", "/User/7/EffectivePermissions");
  assert.deepEqual([effective.json.Meta.TotalItems, effective.json.Data[0].Create, effective.json.Data[0].Delete], [2, true, false]);
  for (const path of ["/Roles", `/Role/${CLERK}/Permissions`, "/AccessGroup/GROUP-A/Users", "/User/7/AccessGroups"]) {
    assert.equal((await list(path, { Orders: "Id DESC" })).status, 200, path);
  }
});

test("the longest and deepest filters stay within what D1 takes", async () => {
  let nested = "Id = 1";
  for (let level = 0; level < 8; level++) nested = `(${nested} OR AccessRoleId.Name = ${level}) AND Id NotIn 5,6 `;
  for (const Filters of [
    Array(40).fill("AccessRoleId.Name <> x").join(" AND "),
    Array(40).fill("AccessGroupId.Name Like x%").join(" OR "),
    nested,
    `AccessRoleId.Name Like ${"x".repeat(50)}`,
    `PermissionId In ${Array.from({ length: 1000 }, (_, at) => `v${at}`).join(";")}`,
  ]) {
    const answer = await list("/AccessGroup/GROUP-A/Permissions", { Filters });
    assert.equal(answer.status, 200, `${Filters.slice(0, 80)}: ${answer.text}`);
  }
});

test("members come and go from both sides", async () => {
  const added = await send("POST", "/AccessGroup/GROUP-B/User", { UserId: { Field: "Username", Value: "taras" } });
  assert.deepEqual([added.status, added.json.Id, added.json.Is_Active], [200, 8, true]);
  const gone = await send("DELETE", "/User/8/AccessGroup/GROUP-B");
  assert.deepEqual([gone.status, gone.json.Id], [200, "GROUP-B"]);
  assert.equal(await count("access_group_users WHERE user_id = 8"), 0);
});

test("1,000 permissions are one batch, all or nothing", async () => {
  const kinds = ["Create", "Read", "Update", "Delete", "Details", "Export", "Import", "Generic"];
  const roles = Array.from({ length: 125 }, (_, at) => `('bulk-${at}', 'bulk ${at}', '', 'AccessRole', '2025-01-01T00:00:00Z', '')`);
  await worker.load(`INSERT INTO roles (id, name, scope, type, inserted_at, updated_at) VALUES ${roles.join(", ")};\n`);
  const Permissions = Array.from({ length: 1000 }, (_, at) => ({
    AccessRoleId: `bulk-${Math.floor(at / 8)}`,
    PermissionId: kinds[at % 8],
    Is_Active: true,
  }));
  const path = "/AccessGroup/GROUP-B/Permissions?DeleteNotExists=true";
  const [{ n: audited }] = await worker.sql("SELECT count(*) AS n FROM audit");

  const broken = Permissions.with(999, { ...Permissions[999], AccessRoleId: "nobody" });
  const refused = await send("PATCH", path, { Permissions: broken });
  assert.equal(refused.status, 400);
  assert.deepEqual(refused.json.Errors, [
    "The value does not match the specified entity structure",
    "Permissions[999].AccessRoleId: does not exist",
  ]);
  assert.equal(await count("permissions WHERE access_group_id = 'GROUP-B'"), 1);
  assert.equal(await count("audit"), audited);

  const answer = await send("PATCH", path, { Permissions });
  assert.equal(answer.status, 200, answer.text);
  assert.deepEqual(answer.json.Meta, { TotalItems: 1000, CurrentPage: 0, PageSize: 1000, Type: "Permission" });
  assert.deepEqual(answer.json.Data.map((one) => [one.AccessRoleId.Id, one.PermissionId.Id]), Permissions.map((one) => [one.AccessRoleId, one.PermissionId]));
  assert.equal(await count("permissions WHERE access_group_id = 'GROUP-B' AND is_active = 1"), 1000);
  // A thousand were added and one was removed, and a row names at most a hundred of them.
  assert.equal(await count("audit"), audited + 11);
  const line = await worker.line(answer);
  assert.deepEqual([line.status, line.d1], [200, 1]);

  const whole = await list("/AccessGroup/GROUP-B/Permissions", { PageSize: 1000 });
  assert.deepEqual([whole.json.Meta.TotalItems, whole.json.Data.length], [1000, 1000]);
  // In JSON a control character has six bytes, so these names make the answers longer than D1 carries.
  await worker.sql("UPDATE roles SET name = id || replace(hex(zeroblob(500)), '0', char(1)) WHERE type = 'AccessRole'");
  const cut = await send("PATCH", path, { Permissions });
  assert.equal(cut.status, 200, cut.text.slice(0, 300));
  assert.deepEqual([cut.json.Meta.TotalItems, cut.json.Meta.CutAt], [1000, cut.json.Data.length]);
  const first = await list("/AccessGroup/GROUP-B/Permissions", { PageSize: 1000 });
  const rest = await list("/AccessGroup/GROUP-B/Permissions", { PageSize: 1000, Skip: first.json.Meta.CutAt });
  assert.equal(first.json.Meta.CutAt, first.json.Data.length);
  assert.match(first.headers.get("link"), new RegExp(`Skip=${first.json.Meta.CutAt}&PageSize=1000>; rel="next"$`));
  assert.ok(rest.json.Data.length > 0 && new Set([...first.json.Data, ...rest.json.Data].map(({ Id }) => Id)).size > first.json.Data.length);
  const emptied = await send("PATCH", path, { Permissions: [] });
  assert.deepEqual([emptied.status, emptied.json.Data], [200, []]);
  assert.equal(await count("permissions WHERE access_group_id = 'GROUP-B'"), 0);
});

test("groups of users get numbers that are never given twice, one by one and in an import", async () => {
  const scope = `${SCOPES} AccessManager:Import`;
  const first = await send("POST", "/GroupExternal", { Name: "Night" });
  assert.equal(first.status, 200, first.text);
  assert.equal((await send("DELETE", `/GroupExternal/${first.json.Id}`)).status, 200);
  const rows = [{ Name: "Day", Description: "Вдень" }, { Name: "Late", Has_Custom_Management: true }];
  const imported = await send("PATCH", "/GroupExternals/Json", { GroupExternals: rows }, scope);
  assert.equal(imported.status, 200, imported.text);
  const ids = imported.json.Data.map((group) => group.Id);
  assert.deepEqual(ids, [first.json.Id + 1, first.json.Id + 2]);
  const again = await send("PATCH", "/GroupExternals/Json", { GroupExternals: [{ Id: ids[1], Name: "Later" }, ...rows.slice(0, 1)] }, scope);
  assert.deepEqual(again.json.Data.map((group) => [group.Id, group.Name]), [[ids[1], "Later"], [ids[0], "Day"]]);
  const refused = await send("PATCH", "/GroupExternals/Json", { GroupExternals: [{ Name: "New" }, { Id: 7777 }] }, scope);
  assert.deepEqual([refused.status, refused.json.Errors[1]], [400, "GroupExternals[1].Id: does not exist"]);
  assert.equal(await count("user_groups"), 2);
});

test("the members of a group have what its access groups give, roles and applications", async () => {
  const made = await send("POST", "/Application", { Name: "Desk", ApplicationKey: "desk", Is_Active: true });
  assert.equal(made.status, 200, made.text);
  const role = await send("POST", "/Application/desk/Role?Name=ApplicationKey", { Name: "Porter", RoleKey: "porter", Is_Active: true });
  assert.equal(role.status, 200, role.text);
  const { Id: group } = (await send("POST", "/GroupExternal", { Name: "Porters" })).json;
  const field = (Field, Value) => ({ Field, Value });
  for (const [path, body] of [
    ["/AccessGroup/GROUP-B/Permission", { AccessRoleId: field("RoleKey", "porter"), PermissionId: "Read", Is_Active: true }],
    ["/AccessGroup/GROUP-B/Group", { GroupId: field("Name", "Porters") }],
    ["/AccessGroup/GROUP-B/Application", { AccessApplicationId: field("Name", "Desk"), ParentApplicationId: field("ApplicationKey", "desk") }],
    [`/GroupExternal/${group}/UserExternal`, { User_Id: field("Username", "taras") }],
  ]) {
    const linked = await send("POST", path, body);
    assert.equal(linked.status, 200, `${path}: ${linked.text}`);
  }
  const roles = await list("/User/8/AccessRoles", { Fields: "Name, Read, AccessApplicationId", Filters: "Read = True", Orders: "Name DESC" });
  assert.equal(roles.status, 200, roles.text);
  const application = { Id: made.json.Id, ExternalId: "", Name: "Desk", Type: "Application" };
  assert.deepEqual(roles.json.Data[0], { Name: "Porter", Read: true, AccessApplicationId: application });
  const applications = await list("/User/8/Applications");
  assert.equal(applications.status, 200, applications.text);
  assert.deepEqual(applications.json.Data.map(({ Id, AuthenticationId }) => [Id, AuthenticationId.Id]), [[made.json.Id, ""]]);
  const links = await list("/AccessGroup/GROUP-B/Applications", { Filters: "ParentApplicationId.Name = Desk" });
  assert.equal(links.json.Meta.TotalItems, 1, links.text);
  assert.equal((await send("DELETE", `/GroupExternal/${group}`)).status, 200);
  assert.deepEqual((await list("/User/8/AccessRoles")).json.Data, []);
  assert.equal((await send("DELETE", "/Application/desk?Name=ApplicationKey")).status, 409);
});
