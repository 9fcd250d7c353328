// What the database holds in every scene: the schema of the repository, and one client with its connections, roles and group.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { digest } from './keys.mjs';

export const CLIENT = '1380df72-275a-11e7-93ae-92361f002671';
export const ROLE = 'role-1380df72-275a-11e7-93ae-92361f002671';
export const GROUP = '9b2f2a5e-7c1d-4e63-a1c8-6a4d7d0f1e11';
export const connection = (n) => `e5372365-d47a-467f-81d0-${String(n).padStart(12, '0')}`;
/** Permissions of the group, eight for each role. */
const PERMISSIONS = 24_000;

export const SCOPES =
  'connection:read connection:write connection:refresh_secret connection:delete role:read client:read AccessManager:Delete AccessUser:Delete';

/** The statements of an SQL text, without its comments. */
export const statementsOf = (sql) =>
  sql
    .replace(/--.*$/gm, '')
    .split(/;\s*\n(?=(?!END\b)\S)|;\s*$/) // the statements inside a trigger are indented
    .map((s) => s.trim())
    .filter(Boolean);

export const schema = () => statementsOf(readFileSync(resolve(import.meta.dirname, '../../schema.sql'), 'utf8'));

function seed(k) {
  const at = '2026-01-02T03:04:05Z';
  const out = [];
  const run = (sql, ...params) => out.push({ sql, params });
  for (const [id, name, context] of [
    ['type-msp', 'MSP', 'own'],
    ['type-mis', 'MIS', 'own'],
    ['type-nhs', 'NHS ADMIN', 'any'],
  ])
    run('INSERT INTO client_types (id, name, scope, context, inserted_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5)', id, name, SCOPES, context, at);
  run('INSERT INTO clients (id, name, client_type_id, inserted_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)', CLIENT, 'Clinic 1', 'type-msp', at);
  run(
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 59)
     INSERT INTO clients (id, name, client_type_id, priv_settings, inserted_at, updated_at)
     SELECT printf('25c03af6-69bd-439e-b0dd-%012d', i), 'System ' || i, 'type-mis',
            json_object('access_type', 'BROKER', 'broker_scope', ?2), ?1, ?1 FROM n`,
    at,
    SCOPES,
  );
  // The first connection is the client's own: a token that came through it reaches the others too.
  run(
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 59)
     INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
     SELECT printf('e5372365-d47a-467f-81d0-%012d', i), ?1, iif(i = 0, ?1, printf('25c03af6-69bd-439e-b0dd-%012d', i)),
            'https://clinic.example/callback/' || i, ?2, ?2 FROM n`,
    CLIENT,
    at,
  );
  run(
    'INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at) VALUES (?1, ?2, ?3, 1, ?4, ?5)',
    'secret-0',
    connection(0),
    digest(k, k.secret),
    k.secret.slice(-4),
    at,
  );
  run('INSERT INTO roles (id, name, scope, inserted_at, updated_at) VALUES (?1, ?2, ?3, ?4, ?4)', ROLE, 'Doctor', 'notebooks:read notebooks:create patients:read', at);
  run(
    `WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)
     INSERT INTO roles (id, name, scope, external_id, inserted_at, updated_at)
     SELECT printf('3ad64ab3-bd04-46c5-b1d7-%012d', i), 'Role ' || i, 'role:read', 'external-' || i, ?2, ?2 FROM n`,
    PERMISSIONS / 8 - 1,
    at,
  );
  run(
    'INSERT INTO access_groups (id, name, external_id, is_active, created_on, modified_on) VALUES (?1, ?2, ?3, 1, ?4, ?4)',
    GROUP,
    'Wards',
    'wards',
    at,
  );
  run(
    `INSERT INTO permissions (access_group_id, role_id, permission_id, is_active, created_on)
     SELECT ?1, r.id, t.value, 1, ?2
     FROM roles r, json_each('["Create","Read","Update","Delete","Details","Export","Import","Generic"]') t
     WHERE r.id LIKE '3ad64ab3-%'`,
    GROUP,
    at,
  );
  return out;
}

/** Loads schema and sample rows through the real local D1's own protocol. */
export async function load(d1Port, k) {
  const statements = [...schema().map((sql) => ({ sql, params: [] })), ...seed(k)];
  const answer = await fetch(`http://127.0.0.1:${d1Port}/query?resultsFormat=NONE`, {
    method: 'POST',
    // Not kept alive: the next process may get the same port, and the connection kept would be to the one that has ended.
    headers: { 'content-type': 'application/json', connection: 'close' },
    body: JSON.stringify(statements),
  });
  const body = await answer.json();
  if (!Array.isArray(body) || !body.every((r) => r.success)) throw new Error(`seed: ${JSON.stringify(body).slice(0, 400)}`);
}
