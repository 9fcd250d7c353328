// npm run access:scale [-- --users N]
// Fills a local D1 with many users, groups and memberships, and counts the rows that decisions, searches and lists read.
import { startService } from "./service.mjs";
import { commandLine } from "../scripts/lib/arguments.mjs";
import { Stop, main, say, step } from "../scripts/lib/project.mjs";
import { ready } from "../scripts/lib/ready.mjs";
import { build } from "../scripts/lib/worker.mjs";

const USAGE = `Usage: npm run access:scale [-- --users N]

  --users N    how many users, each in one access group and with one role at one client (default 1000000)`;

/** The most rows of a decision, and of each result of a page. */
const MOST = { decision: 30, result: 10 };
const CHUNK = 50_000;
const AT = "'2026-01-01T00:00:00Z'";
const GROUPS = 10_000;

/** Statements that insert `count` rows, made of the number `n`, which begins at 0. */
const rows = (count, into, values) =>
  Array.from({ length: Math.ceil(count / CHUNK) }, (_, at) => {
    const [from, to] = [at * CHUNK, Math.min(count, (at + 1) * CHUNK)];
    return `WITH RECURSIVE each_one(n) AS (SELECT ${from} UNION ALL SELECT n + 1 FROM each_one WHERE n + 1 < ${to})
      INSERT INTO ${into} SELECT ${values} FROM each_one`;
  });

const fill = (users) => [
  ...rows(200, "roles (id, name, scope, type, inserted_at, updated_at)", `'access-role-' || n, 'Access role ' || n, '', 'AccessRole', ${AT}, ${AT}`),
  ...rows(GROUPS, "access_groups (id, name, is_active, created_on, modified_on)", `'group-' || n, 'Group ' || n, 1, ${AT}, ${AT}`),
  ...["Read", "Update", "Export"].flatMap((type, at) =>
    rows(GROUPS, "permissions (access_group_id, role_id, permission_id, is_active, created_on)", `'group-' || n, 'access-role-' || ((n + ${at}) % 200), '${type}', 1, ${AT}`)),
  ...rows(users, "endpoint_users (id, name, username, external_id, creation_date)", `1000 + n, 'User ' || n, 'user-' || n, 'user-' || n, ${AT}`),
  ...rows(users, "access_group_users", `'group-' || (n % ${GROUPS}), 1000 + n, ${AT}`),
  ...rows(1000, "user_groups (id, name, created_on, modified_on)", `1000 + n, 'Users ' || n, ${AT}, ${AT}`),
  ...rows(Math.min(users, 50_000), "user_group_users", "1000 + n % 1000, 1000 + n"),
  ...rows(1000, "access_group_user_groups", `'group-' || (n * 7 % ${GROUPS}), 1000 + n, ${AT}`),
  ...rows(GROUPS, "clients (id, name, client_type_id, inserted_at, updated_at)", `'client-' || n, 'Client ' || n, (SELECT id FROM client_types WHERE name = 'MSP'), ${AT}, ${AT}`),
  ...rows(users, "user_roles (id, user_id, role_id, client_id, inserted_at)", `'held-' || n, 'user-' || n, (SELECT id FROM roles WHERE name = iif(n % 10 = 0, 'OWNER', 'DOCTOR')), 'client-' || (n % ${GROUPS}), ${AT}`),
];

const user = (n) => ({ type: "user", id: `user-${n}`, properties: { client_id: `client-${n}` } });
const record = (type, id) => ({ type, id });
const scope = record("scope", "declaration:read");
const role = record("access_role", "access-role-7");
const group = record("access_group", "group-7");

/** The calls: what they are, and the most rows of one, or of each result. */
const CALLS = [
  ["decision: a permission by an access role", "evaluation", { subject: user(7), action: { name: "Read" }, resource: role }],
  ["decision: a permission in an access group", "evaluation", { subject: user(7), action: { name: "Read" }, resource: group }],
  ["decision: a denied permission", "evaluation", { subject: user(9), action: { name: "Delete" }, resource: role }],
  ["decision: a scope of a user", "evaluation", { subject: user(7), action: { name: "use" }, resource: scope }],
  ["decision: a scope of a client", "evaluation", { subject: record("client", "client-7"), action: { name: "use" }, resource: scope }],
  ["search: users of an access role", "search/subject", { subject: { type: "endpoint_user" }, action: { name: "Read" }, resource: role }],
  ["search: users of an access role, by their sub", "search/subject", { subject: { type: "user" }, action: { name: "Read" }, resource: role }],
  ["search: users in an access group", "search/subject", { subject: { type: "endpoint_user" }, action: { name: "Read" }, resource: group }],
  ["search: users with a scope at a client", "search/subject", { subject: user(7), action: { name: "use" }, resource: scope }],
  ["search: clients with a scope", "search/subject", { subject: { type: "client" }, action: { name: "use" }, resource: scope }],
  ["search: scopes of a client", "search/resource", { subject: record("client", "client-7"), action: { name: "use" }, resource: { type: "scope" } }],
];

main(async () => {
  const { values: args } = commandLine(USAGE, { options: { users: { type: "string", default: "1000000" } } });
  const users = Number(args.users);
  if (!Number.isSafeInteger(users) || users < GROUPS) throw new Stop(`--users must be a whole number from ${GROUPS}.`);
  await ready();
  await build();
  const service = await startService();
  try {
    step(`Filling: ${users} users, memberships and roles of users, ${GROUPS} access groups and clients`);
    for (const statement of fill(users)) await service.sql([statement]);
    const headers = { authorization: `Bearer ${service.token}`, "content-type": "application/json" };
    const above = [];
    const count = async (what, sent, resultsOf) => {
      let answer;
      const { read } = await service.counted(async () => {
        answer = await service.call({ headers, ...sent });
      });
      if (answer.status !== 200) throw new Error(`${what}: ${answer.status} ${answer.text}`);
      const results = resultsOf(answer.json);
      const each = results === undefined ? read : read / Math.max(results, 1);
      const most = results === undefined ? MOST.decision : MOST.result;
      // The gate and the look-ups of a page are read once, so a page of few results says nothing of each.
      if (each > most && (results === undefined || results >= 20)) above.push(`${what}: ${each.toFixed(1)} rows, and it must be ≤ ${most}`);
      say(`  ${what}: ${read} rows${results === undefined ? "" : ` for ${results} results`}`);
    };
    for (const [what, path, body] of CALLS) {
      await count(what, { method: "POST", path: `/access/v1/${path}`, body: JSON.stringify(body) }, (json) => json.results?.length);
    }
    for (const [what, path] of [
      ["list: holders of a scope", "/admin/scopes/declaration:read/holders"],
      ["list: a user", "/admin/users/user-7/access"],
      ["list: a client", "/admin/clients/client-7/access"],
    ]) await count(what, { method: "GET", path }, (json) => json.data.length);
    if (above.length > 0) throw new Stop(`These read more than they may:\n  ${above.join("\n  ")}`);
    say("✔ no call reads more rows than it may");
  } finally {
    await service.stop();
  }
});
