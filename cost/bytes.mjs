// Bytes of a row with its indexes, on the real local D1: the database is filled with many rows, and D1 says how it has grown.
import { CLIENT } from "./service.mjs";

const ROWS = 10_000;
const N = `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${ROWS})`;
const uuid = (what) => `printf('%08x-275a-41e7-93ae-%s', i * 2654435761 % 4294967296, substr(hex('${what}') || printf('%012d', i), -12))`;
/** An id of 12 characters. */
const short = (salt) => `printf('%08x%04x', (i * 2654435761 + ${salt}) % 4294967296, i)`;
const AT = `strftime('%Y-%m-%dT%H:%M:%SZ', 1700000000 + i * 60, 'unixepoch')`;
const digest = (salt) => `substr(hex(i * 2654435761 + ${salt}) || hex(i * 40503) || '0123456789012345678901234567890123456789', 1, 43)`;

/** [name, SQL that adds ROWS of it], each on the rows before it. */
const KINDS = [
  ["client", `${N} INSERT INTO clients (id, name, user_id, client_type_id, inserted_at, updated_at)
    SELECT ${uuid("a")}, 'Clinic no. ' || i, ${uuid("b")}, (SELECT id FROM client_types LIMIT 1), ${AT}, ${AT} FROM n`],
  ["connection", `${N} INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
    SELECT ${uuid("c")}, '${CLIENT}', ${uuid("a")}, 'https://clinic.example/oauth/callback/' || i, ${AT}, ${AT} FROM n`],
  ["secret", `${N} INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at, last_used_at)
    SELECT ${short(4)}, ${uuid("c")}, ${digest(1)}, 1, 'abcd', ${AT}, ${AT} FROM n`],
  ["audit row", `${N} INSERT INTO audit (seq, at, actor, client_id, action, subject, request_id, fields)
    SELECT 1000000 + i, ${AT}, ${uuid("b")}, ${uuid("a")}, 'connection.update', 'connection/' || ${uuid("c")}, ${uuid("e")},
      '["redirect_uri"]' FROM n`],
  // Connections ask for tokens in another order than they were made in.
  ["grant of a client for itself", `${N} INSERT INTO refresh_grants (id, connection_number, scope, digest, grant_iat, grant_exp)
    SELECT ${short(2)}, (SELECT max(number) FROM connections) - i * 7919 % ${ROWS}, 'connection:read connection:write', ${digest(3)},
      1700000000 + i, 1707776000 + i FROM n`],
];

/** [{ name, bytes }] */
export async function bytes({ sql }) {
  const size = async () => (await sql(["SELECT 1"]))[0].meta.size_after;
  const found = [];
  for (const [name, insert] of KINDS) {
    const before = await size();
    await sql([insert]);
    found.push({ name, bytes: ((await size()) - before) / ROWS });
  }
  return found;
}
