// Seed 004: DELETE …/AccessGroup/{Id}/Permission/{SubId}.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { GUID, isEndpointError } from "./support/answers.mjs";
import { bearer } from "./support/keys.mjs";
import { ADMIN, DELETE_PERMISSION, permission, token } from "./support/operations.mjs";
import { startWorker } from "./support/worker.mjs";

let worker;
before(async () => (worker = await startWorker()));
after(() => worker?.stop());
afterEach(() => worker.reset());

const remove = (group, id, query = "", headers = token(DELETE_PERMISSION)) => worker.send(permission(group, id, query), { method: "DELETE", headers });
const ids = async () => (await worker.sql("SELECT group_concat(id, ' ') AS ids FROM (SELECT id FROM permissions ORDER BY id)"))[0].ids;
const ALL = "4711 4712 4713 4714 4715 4716";
const CLERK = { Id: "32E61509-0071-4001-BE32-9E9D0DB255CB", ExternalId: "REG-01", Name: "Registry clerk", Type: "AccessRole" };
const kind = (Id) => ({ Id, ExternalId: "", Name: Id, Type: "Permission" });
const CREATE = { Id: 4711, AccessRoleId: CLERK, PermissionId: kind("Create"), Is_Active: true, CreatedOn: "2024-10-22T08:00:00Z" };

const refusals = [
  ["an unknown field is 400", "structure", [["GROUP-A", 4711, "?Name=id"], ["GROUP-A", 4711, "?Name=Description"], ["GROUP-A", 4711, "?SubName=Name"], ["GROUP-A", 4711, "?SubName=id"], ["GROUP-A", 4711, "?Name=Id;DROP"], ["GROUP-A", 4711, "?SubName=Id%20OR%201"]]],
  ["broken base64 is 400", "unconvertible", [["base64|***", 4711], ["base64%7C*", 4711], ["base64|YQ=", 4711], ["base64|_w", 4711], ["GROUP-A", "base64|!"], ["base64|/w==".replace("/", "%2F"), 4711]]],
  ["broken percent-encoding is 400", "unconvertible", [["%zz", 4711], ["%ff", 4711], ["GROUP-A%00x", 4711], ["base64|R1JPVVAtQQB4", 4711], ["GROUP-A", "%"], ["GROUP-A", 4711, "?Name=%zz"], ["GROUP-A", 4711, "?SubName=%ff"]]],
  ["an Id that is no 64-bit number is 400", "unconvertible", [["GROUP-A", "x"], ["GROUP-A", "4711.0"], ["GROUP-A", "4711%20"], ["GROUP-A", "9223372036854775808"], ["GROUP-A", "base64|eA"], ["GROUP-A", "0x1267"], ["GROUP-A", "4711%00"]]],
  ["an unknown group is 404", "notFound", [["GROUP-X", 4711], ["group-a", 4711], ["Registry", 4711], ["GROUP-A", 4711, "?Name=Name"], ["GROUP-A", 4711, "?Name=ExternalId"], ["GROUP-A%20", 4711], ["base64|", 4711], ["Registry%27%20OR%201=1--", 4711, "?Name=Name"]]],
  ["an unknown permission, or another group's, is 404", "notFound", [["GROUP-A", 4714], ["GROUP-A", 1], ["GROUP-A", -4711], ["GROUP-A", "9223372036854775807"], ["GROUP-A", "Export", "?SubName=PermissionId"], ["GROUP-A", "create", "?SubName=PermissionId"], ["GROUP-A", "7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C19", "?SubName=AccessRoleId"]]],
  ["several groups are 400 Multible Rows", "multiple", [["SHARED", 4711, "?Name=ExternalId"], ["SHARED", 4714, "?Name=ExternalId"], ["SHARED", 1, "?Name=ExternalId"], ["base64|U0hBUkVE", 4711, "?Name=ExternalId"]]],
  ["several permissions are 400 Multible Rows", "multiple", [["GROUP-A", "32E61509-0071-4001-BE32-9E9D0DB255CB", "?SubName=AccessRoleId"], ["GROUP-A", "32e61509-0071-4001-be32-9e9d0db255cb", "?SubName=AccessRoleId"]]],
  ["a system group's permission is 403, and so is any in it", "permission", [["GROUP-S", 4715], ["GROUP-S", 1], ["Administrators", 4715, "?Name=Name"], ["SYSTEM", 4715, "?Name=ExternalId"]]],
];
for (const [name, error, cases] of refusals) {
  test(name, async () => {
    for (const [group, id, query] of cases) {
      const answer = await remove(group, id, query);
      isEndpointError(answer, error);
      const { request_id, ...line } = await worker.line(answer);
      assert.ok(line.d1 <= 1);
      assert.deepEqual([line.route, line.client_id], [DELETE_PERMISSION.route, ADMIN]);
    }
    assert.deepEqual([await ids(), await worker.sql("SELECT * FROM audit")], [ALL, []]);
  });
}

test("401 and 403 come before what is wrong with the request", async () => {
  isEndpointError(await remove("base64|***", "x", "?Name=x", {}), "unauthorized");
  isEndpointError(await remove("base64|***", "x", "?Name=x", bearer({ scope: "AccessManager:Read" })), "permission");
});

const ways = [
  ["GROUP-A", 4711], ["GROUP-A", 4711, "?Name=&SubName="], ["GROUP-A", 4711, "?Name=Id&SubName=Id"], ["GROUP-A", 4711, "?x=1&nam=nonsense"],
  ["Registry", 4711, "?Name=Name"], ["base64|UmVnaXN0cnk=", 4711, "?Name=Name"], ["base64%7CUmVnaXN0cnk", "base64|NDcxMQ==", "?Name=Name"], ["GROUP%2DA", "%34711"],
  ["GROUP-A", "Create", "?SubName=PermissionId"], ["base64%7cR1JPVVAtQQ", "base64%7CQ3JlYXRl", "?SubName=PermissionId"], ["GROUP-A", 4711, "?Name=%49d"],
];
for (const [group, id, query = ""] of ways) {
  test(`${group}/${id}${query} deletes one and answers it expanded`, async () => {
    const answer = await remove(group, id, query);
    assert.deepEqual([answer.status, answer.json], [200, CREATE]);
    assert.equal(answer.headers.get("content-type"), "application/json; charset=utf-8");
    assert.match(answer.headers.get("x-request-id"), GUID);
    assert.equal(await ids(), "4712 4713 4714 4715 4716");
    assert.equal((await worker.line(answer)).d1, 1);
    isEndpointError(await remove("GROUP-A", 4711), "notFound");
    const [{ seq, at, ...audit }, ...more] = await worker.sql("SELECT * FROM audit");
    assert.deepEqual(more, []);
    assert.deepEqual([audit.actor, audit.client_id, audit.action, audit.subject, audit.request_id], ["admin", ADMIN, "permission.delete", "access_group/GROUP-A", answer.headers.get("x-request-id")]);
    assert.deepEqual(JSON.parse(audit.fields), [`removed permission/${CREATE.AccessRoleId.Id}/Create`]);
  });
}

test("a name that a path forbids is given in base64, the document's own example", async () => {
  const answer = await remove("base64|bmFtZUBkb21haW4uY29t", 4716, "?Name=Name");
  assert.deepEqual([answer.status, answer.json.Id], [200, 4716]);
});

test("a field with one match deletes it: AccessRoleId, ExternalId of one group", async () => {
  const guid = "7b0c4d62-5a0e-4e0b-9c57-6a4d0f3d1c11"; // GUIDs match in either case
  assert.deepEqual((await remove("GROUP-A", guid, "?SubName=AccessRoleId")).json.Id, 4713);
  assert.deepEqual((await remove("MAIL", 4716, "?Name=ExternalId")).json, { ...CREATE, Id: 4716, PermissionId: kind("Read"), CreatedOn: "2024-10-22T08:00:05Z" });
});

test("an inactive permission says so, and the largest Id keeps its digits", async () => {
  assert.equal((await remove("GROUP-A", 4712)).json.Is_Active, false);
  await worker.sql("INSERT INTO permissions (id, access_group_id, role_id, permission_id, created_on) VALUES (9223372036854775807, 'GROUP-B', ?1, 'Export', '1900-01-01T12:00:00Z')", CLERK.Id);
  const answer = await remove("GROUP-B", "9223372036854775807");
  assert.equal(answer.status, 200);
  assert.match(answer.text, /^\{"Id":9223372036854775807,/);
  assert.equal(await ids(), "4711 4713 4714 4715 4716");
});

test("either scope is enough", async () => {
  for (const scope of ["AccessManager:Delete", "AccessUser:Delete", "x AccessUser:Delete y"]) {
    assert.equal((await remove("GROUP-A", 4711, "", bearer({ scope, client_id: "a stranger to D1", client_type: undefined }))).status, 200);
    await worker.reset();
  }
});

test("RequestKey is the request id when that is a GUID, else a fresh one", async () => {
  const key = "894EA43C-b8a6-4195-9a9c-82c07d9cc33a";
  const given = await remove("GROUP-X", 1, "", { ...token(DELETE_PERMISSION), "x-request-id": key });
  assert.deepEqual([given.json.RequestKey, given.headers.get("x-request-id")], [key, key]);
  const odd = await remove("GROUP-X", 1, "", { ...token(DELETE_PERMISSION), "x-request-id": `${key}#17` });
  assert.match(odd.json.RequestKey, GUID);
  assert.equal(odd.headers.get("x-request-id"), `${key}#17`);
});

test("deleted by four at once, it is deleted once", async () => {
  const answers = await Promise.all(Array.from({ length: 4 }, () => remove("GROUP-A", 4711)));
  assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 404, 404, 404]);
  assert.equal((await worker.sql("SELECT count(*) AS n FROM audit"))[0].n, 1);
});

test("a group's record stays as it was", async () => {
  const group = () => worker.sql("SELECT * FROM access_groups WHERE id = 'GROUP-A'");
  const before = await group();
  await remove("GROUP-A", 4711);
  assert.deepEqual(await group(), before);
});
