/** Bearer token to principal, scope, own client, and the statement that asks D1 whether the token still stands. */
import { decodeProtectedHeader, jwtVerify } from 'jose';
import type { Settings } from './env';
import { Refusal } from './error';
import { recall, remember } from './memo';
import type { Principal } from './principal';

const BEARER = /^Bearer +([A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+)$/i;
const REQUIRED = ['iss', 'aud', 'sub', 'exp', 'iat', 'jti', 'client_id'];

/** Client types that may act for any client; every other type only for its own. */
const ANY_CLIENT = new Set(['NHS', 'NHS ADMIN', 'MITHRIL ADMIN', 'CABINET']);

export async function principalOf(header: string | undefined, settings: Settings): Promise<Principal> {
  const token = header && BEARER.exec(header)?.[1];
  if (!token) throw new Refusal(401, 'no token');
  if (token.length > 8192) throw new Refusal(401, 'token too long');

  if (settings.memo) {
    const known = recall(token, Date.now() / 1000);
    if (known) return known;
  }

  let principal: Principal;
  try {
    const { kid } = decodeProtectedHeader(token);
    const verifier = kid === undefined ? undefined : settings.verifiers.get(kid);
    if (!verifier) throw new Error('unknown key');
    const { payload } = await jwtVerify(token, verifier.key, {
      algorithms: [verifier.alg],
      issuer: verifier.issuer,
      audience: verifier.audience,
      typ: verifier.typ,
      clockTolerance: settings.leeway,
      requiredClaims: REQUIRED,
    });
    principal = {
      subject: payload.sub!,
      clientId: String(payload.client_id),
      clientType: String(payload.client_type ?? ''),
      connectionId: typeof payload.connection_id === 'string' ? payload.connection_id : null,
      scopes: new Set(String(payload.scope ?? '').split(' ')),
      own: verifier.own,
      iat: payload.iat!,
      exp: payload.exp!,
    };
  } catch (cause) {
    throw new Refusal(401, (cause as Error).message);
  }
  if (settings.memo) remember(token, principal);
  return principal;
}

export function demandScope(principal: Principal, scopes: string[], rule: 'any' | 'all' = 'all'): void {
  const held = (scope: string) => principal.scopes.has(scope);
  if (!(rule === 'all' ? scopes.every(held) : scopes.some(held))) throw new Refusal(403, 'Invalid scopes');
}

export function demandOwnClient(principal: Principal, clientId: string): void {
  if (principal.clientId !== clientId && !ANY_CLIENT.has(principal.clientType)) throw new Refusal(403, 'Forbidden');
}

const STANDING = `
  SELECT c.is_blocked, c.tokens_valid_after AS client_after, k.id AS connection_id, k.tokens_valid_after AS connection_after
  FROM clients c LEFT JOIN connections k ON k.id = ?2 AND k.client_id = c.id
  WHERE c.id = ?1`;

/** SQL that is true while the token stands, for the WHERE of a write: ?1 client, ?2 connection, ?3 iat, ?4 own. */
export const STANDS = `(
  EXISTS (SELECT 1 FROM clients c WHERE c.id = ?1 AND c.is_blocked = 0 AND coalesce(c.tokens_valid_after, -1) < ?3)
  AND (?2 IS NULL OR EXISTS (SELECT 1 FROM connections k
       WHERE k.id = ?2 AND k.client_id = ?1 AND coalesce(k.tokens_valid_after, -1) < ?3))
  OR ?4 = 0 AND NOT EXISTS (SELECT 1 FROM clients c WHERE c.id = ?1))`;

export const standsBindings = (p: Principal) => [p.clientId, p.connectionId, p.iat, p.own ? 1 : 0] as const;

interface StandingRow {
  is_blocked: number;
  client_after: number | null;
  connection_id: string | null;
  connection_after: number | null;
}

export const standingStatement = (db: D1Database, p: Principal) => db.prepare(STANDING).bind(p.clientId, p.connectionId);

/** A trusted issuer's client may be unknown here; one of ours must exist, and so must its connection. */
export function demandStanding(result: D1Result, p: Principal): void {
  const row = (result as D1Result<StandingRow>).results[0];
  const stands = row
    ? row.is_blocked === 0 &&
      (row.client_after ?? -1) < p.iat &&
      (p.connectionId === null ? !p.own : row.connection_id !== null && (row.connection_after ?? -1) < p.iat)
    : !p.own;
  if (!stands) throw new Refusal(401, 'revoked');
}
