// The databases of the growth part: the same shape of rows at every size, and which row a placeholder stands for.
export const rolesOf = (n) => Math.min(n, 100_000);
const PER_CLIENT = 20;
/** A group's permissions come in one call, so their rows are neighbours. */
const PER_GROUP = 10;
const shape = (n) => ({
  clients: n / PER_CLIENT,
  consumers: 50,
  connections: n,
  roles: rolesOf(n),
  groups: n / PER_GROUP,
  permissions: n,
});
const id = (kind, i) => `${kind}-46c5-b1d7-${String(i).padStart(12, '0')}`;
const digestOf = (i) => String(i).padStart(43, 'd');
const AT = '2026-01-02T03:04:05Z';

/** SQL only, so that any SQLite can be filled with it. */
export function filling(n) {
  const s = shape(n);
  const numbers = (count) => `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ${count - 1})`;
  const at = `strftime('%Y-%m-%dT%H:%M:%SZ', 1700000000 + i * 7, 'unixepoch')`;
  const scopes = 'connection:read connection:write role:read client:read';
  return [
    ...['MSP', 'MIS', 'MITHRIL ADMIN'].map(
      (name, i) => `INSERT INTO client_types (id, name, scope, context, inserted_at, updated_at)
        VALUES ('type-${i}', '${name}', '${scopes}', '${i === 2 ? 'any' : 'own'}', '${AT}', '${AT}')`,
    ),
    `${numbers(s.clients)} INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at)
       SELECT printf('client-46c5-b1d7-%012d', i), 'Clinic ' || i, 'type-0', ${at}, ${at} FROM n`,
    `${numbers(s.consumers)} INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at)
       SELECT printf('consumer-46c5-b1d7-%012d', i), 'System ' || i, 'type-1', ${at}, ${at} FROM n`,
    `${numbers(s.connections)} INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
       SELECT printf('connection-46c5-b1d7-%012d', i), printf('client-46c5-b1d7-%012d', i / ${PER_CLIENT}),
              printf('consumer-46c5-b1d7-%012d', i % ${PER_CLIENT} + (i / ${PER_CLIENT}) % 31),
              'https://clinic.example/callback/' || i, ${at}, ${at} FROM n`,
    `${numbers(s.connections)} INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at)
       SELECT printf('secret-46c5-b1d7-%012d', i), printf('connection-46c5-b1d7-%012d', i),
              substr('ddddddddddddddddddddddddddddddddddddddddddd', 1, 43 - length(i)) || i, 1, 'hint', ${at} FROM n`,
    `${numbers(s.roles)} INSERT INTO roles (id, name, scope, external_id, inserted_at, updated_at)
       SELECT printf('role-46c5-b1d7-%012d', i), 'Role ' || i, 'notebooks:read patients:read', 'ext-' || i, ${at}, ${at} FROM n`,
    `${numbers(s.groups)} INSERT INTO access_groups (id, name, external_id, is_active, created_on, modified_on)
       SELECT printf('group-46c5-b1d7-%012d', i), 'Group ' || i, 'ext-' || i, 1, ${at}, ${at} FROM n`,
    `${numbers(s.permissions)} INSERT INTO permissions (access_group_id, role_id, permission_id, is_active, created_on)
       SELECT printf('group-46c5-b1d7-%012d', i / ${PER_GROUP}), printf('role-46c5-b1d7-%012d', i % ${s.roles}),
              'Read', 1, ${at} FROM n`,
    'ANALYZE',
  ];
}

/**
 * What a placeholder stands for in run `i` over a database of `n`. `near`: neighbours, the rows of some forty clients
 * as a busy hour uses them; else strides by a prime, so that every run touches pages that no run before it touched.
 */
export function place(text, i, n, near = false) {
  const s = shape(n);
  const pick = (count) => (near ? Math.floor(count / 2) + (i % 800) : i * 7919 + 13) % count;
  const connection = pick(s.connections);
  const names = {
    client: () => id('client', Math.floor(connection / PER_CLIENT)),
    connection: () => id('connection', connection),
    consumer: () => id('consumer', (connection % PER_CLIENT) + (Math.floor(connection / PER_CLIENT) % 31)),
    secret: () => id('secret', connection),
    digest: () => digestOf(connection),
    role: () => id('role', pick(s.roles)),
    role_name: () => `Role ${pick(s.roles)}`,
    group: () => id('group', Math.floor(connection / PER_GROUP)),
    group_name: () => `Group ${Math.floor(connection / PER_GROUP)}`,
    group_external: () => `ext-${Math.floor(connection / PER_GROUP)}`,
    permission: () => connection + 1,
    type: () => 'type-0',
    type_name: () => 'MSP',
    new: () => `new-${i}`,
    new_digest: () => String(i).padStart(43, 'n'),
    now: () => '2026-11-21T08:00:00Z',
    epoch: () => 1_795_000_000,
  };
  const whole = /^\{(\w+)\}$/.exec(text);
  if (whole && names[whole[1]]) return names[whole[1]]();
  return text.replace(/\{(\w+)\}/g, (all, name) => (names[name] ? String(names[name]()) : all));
}
export const bind = (params, i, n, near) => (params ?? []).map((p) => (typeof p === 'string' ? place(p, i, n, near) : p));
