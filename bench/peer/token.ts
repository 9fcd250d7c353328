/** POST /oauth/token, client_credentials (RFC 6749 §4.4): secret in the body or HTTP Basic, an RFC 9068 JWT back. */
import type { Context } from 'hono';
import { SignJWT } from 'jose';
import { settingsOf } from './env';
import { Refusal } from './error';
import type { App } from './http';
import { digestOf } from './secret';

const LIFETIME = 900;

const LOOKUP = `
  SELECT c.is_blocked, t.name AS client_type, t.scope, k.id AS connection_id
  FROM connection_secrets s
  JOIN connections k ON k.id = s.connection_id
  JOIN clients c ON c.id = k.client_id
  JOIN client_types t ON t.id = c.client_type_id
  WHERE s.digest = ?1 AND k.client_id = ?2 AND (s.expires_at IS NULL OR s.expires_at > ?3)`;

interface Found {
  is_blocked: number;
  client_type: string;
  scope: string;
  connection_id: string;
}

const refuse = (status: 400 | 401, oauth: string) => new Refusal(status, oauth, { oauth });

/** RFC 6749 §2.3.1: both halves of Basic are form-encoded. */
function basic(header: string): [string, string] {
  try {
    const [id, secret] = atob(header.slice(6)).split(/:(.*)/s);
    return [decodeURIComponent(id!.replaceAll('+', ' ')), decodeURIComponent((secret ?? '').replaceAll('+', ' '))];
  } catch {
    throw refuse(401, 'invalid_client');
  }
}

export async function token(c: Context<App>) {
  if (!/^application\/x-www-form-urlencoded\b/i.test(c.req.header('content-type') ?? '')) throw refuse(400, 'invalid_request');
  const form = new URLSearchParams(await c.req.text());
  if (form.get('grant_type') !== 'client_credentials')
    throw refuse(400, form.has('grant_type') ? 'unsupported_grant_type' : 'invalid_request');
  const header = c.req.header('authorization');
  const [id, secret] = header?.startsWith('Basic ') ? basic(header) : [form.get('client_id') ?? '', form.get('client_secret') ?? ''];

  const settings = await settingsOf(c.env);
  c.set('d1', c.get('d1') + 1);
  const found = await c.env.DB.prepare(LOOKUP)
    .bind(await digestOf(secret, settings), id, new Date().toISOString().slice(0, 19) + 'Z')
    .first<Found>();
  if (!found || found.is_blocked) throw refuse(401, 'invalid_client');
  c.set('clientId', id);

  const ceiling = found.scope.split(' ');
  const asked = form.get('scope')?.split(' ').filter(Boolean);
  if (asked && !asked.every((scope) => ceiling.includes(scope))) throw refuse(400, 'invalid_scope');
  const scope = asked ? asked.join(' ') : found.scope;

  const now = Math.floor(Date.now() / 1000);
  const accessToken = await new SignJWT({ client_id: id, client_type: found.client_type, connection_id: found.connection_id, scope })
    .setProtectedHeader({ alg: settings.signer.alg, kid: settings.signer.kid, typ: 'at+jwt' })
    .setIssuer(c.env.ISSUER)
    .setAudience(c.env.AUDIENCE)
    .setSubject(id)
    .setIssuedAt(now)
    .setExpirationTime(now + LIFETIME)
    .setJti(crypto.randomUUID())
    .sign(settings.signer.key);
  c.header('cache-control', 'no-store');
  return c.json({ access_token: accessToken, token_type: 'Bearer', expires_in: LIFETIME, scope });
}
