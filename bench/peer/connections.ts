/** Connections of a client: list, change of the redirect_uri, a new secret. Mithril dialect. */
import type { Context } from 'hono';
import { auditStatement } from './audit';
import { demandOwnClient, demandScope, demandStanding, principalOf, standingStatement, STANDS, standsBindings } from './auth';
import { settingsOf } from './env';
import { Refusal } from './error';
import { answer, answerList, type App } from './http';
import { digestOf, newSecret } from './secret';

interface ConnectionRow {
  id: string;
  client_id: string;
  consumer_id: string;
  redirect_uri: string;
  inserted_at: string;
  updated_at: string;
}

const COLUMNS = 'id, client_id, consumer_id, redirect_uri, inserted_at, updated_at';

const now = () => new Date().toISOString().slice(0, 19) + 'Z';

async function authorize(c: Context<App>, scope: string) {
  const settings = await settingsOf(c.env);
  const principal = await principalOf(c.req.header('authorization'), settings);
  c.set('clientId', principal.clientId);
  demandScope(principal, [scope]);
  const clientId = c.req.param('id')!;
  demandOwnClient(principal, clientId);
  return { settings, principal, clientId };
}

async function batch(c: Context<App>, statements: D1PreparedStatement[]) {
  c.set('d1', c.get('d1') + 1);
  return c.env.DB.batch(statements);
}

const wholeNumber = (text: string | undefined, fallback: number, max: number) => {
  if (text === undefined) return fallback;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new Refusal(422, 'paging');
  return Math.min(value, max);
};

export async function list(c: Context<App>) {
  const { principal, clientId } = await authorize(c, 'connection:read');
  const page = wholeNumber(c.req.query('page'), 1, 1_000_000);
  const size = wholeNumber(c.req.query('page_size'), 50, 500);
  const db = c.env.DB;
  const [standing, count, rows] = await batch(c, [
    standingStatement(db, principal),
    db.prepare('SELECT count(*) AS total FROM connections WHERE client_id = ?1').bind(clientId),
    db
      .prepare(`SELECT ${COLUMNS} FROM connections WHERE client_id = ?1 ORDER BY inserted_at, id LIMIT ?2 OFFSET ?3`)
      .bind(clientId, size, (page - 1) * size),
  ]);
  demandStanding(standing!, principal);
  const total = (count!.results[0] as { total: number }).total;
  return answerList(c, rows!.results, {
    page_number: page,
    page_size: size,
    total_entries: total,
    total_pages: Math.max(1, Math.ceil(total / size)),
  });
}

function invalid(rule: string, params: Record<string, string>, raw: string) {
  const description = raw.replace(/%\{(\w+)\}/g, (_, name: string) => params[name]!);
  const rules = [{ rule, params, description, raw_description: raw }];
  return new Refusal(422, rule, { invalid: [{ entry_type: 'json_data_property', entry: '$.redirect_uri', rules }] });
}

const URI = /^https:\/\/[^\s@#\x00-\x20\x7f-\uffff]+$/;

async function redirectUriOf(c: Context<App>): Promise<string> {
  const type = c.req.header('content-type');
  if (type && !/^application\/json\b/i.test(type)) throw new Refusal(415, 'content type');
  let body: unknown;
  try {
    body = await c.req.json();
  } catch {
    throw new Refusal(400, 'json');
  }
  const uri = (body as { redirect_uri?: unknown } | null)?.redirect_uri;
  if (uri === undefined)
    throw invalid('required', { property: 'redirect_uri' }, 'required property %{property} was not present');
  if (typeof uri !== 'string')
    throw invalid('cast', { expected: 'string', actual: typeof uri }, 'type mismatch. Expected %{expected} but got %{actual}');
  if (uri.length > 2048 || !URI.test(uri))
    throw invalid('format', { pattern: '^(https)://.+' }, 'string does not match pattern "%{pattern}"');
  return uri;
}

export async function update(c: Context<App>) {
  const { principal, clientId } = await authorize(c, 'connection:write');
  const uri = await redirectUriOf(c);
  const id = c.req.param('connection_id')!;
  const db = c.env.DB;
  const [standing, changed] = await batch(c, [
    standingStatement(db, principal),
    db
      .prepare(
        `UPDATE connections SET redirect_uri = ?5, updated_at = ?6, version = version + 1
         WHERE id = ?7 AND client_id = ?8 AND ${STANDS} RETURNING ${COLUMNS}`,
      )
      .bind(...standsBindings(principal), uri, now(), id, clientId),
    auditStatement(db, principal, c.get('requestId'), 'connection.update', `connection/${id}`, ['redirect_uri']),
  ]);
  demandStanding(standing!, principal);
  const row = changed!.results[0] as ConnectionRow | undefined;
  if (!row) throw new Refusal(404, 'no such connection');
  return answer(c, row);
}

export async function refreshSecret(c: Context<App>) {
  const { settings, principal, clientId } = await authorize(c, 'connection:refresh_secret');
  const id = c.req.param('connection_id')!;
  const secret = newSecret();
  const digest = await digestOf(secret, settings);
  const at = now();
  const db = c.env.DB;
  const stands = standsBindings(principal);
  const target = `SELECT id FROM connections WHERE id = ?5 AND client_id = ?6 AND ${STANDS}`;
  const [standing, , , changed] = await batch(c, [
    standingStatement(db, principal),
    db.prepare(`DELETE FROM connection_secrets WHERE connection_id = (${target})`).bind(...stands, id, clientId),
    db
      .prepare(
        `INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at)
         SELECT ?7, id, ?8, ?9, ?10, ?11 FROM (${target})`,
      )
      .bind(...stands, id, clientId, crypto.randomUUID(), digest, settings.pepper.version, secret.slice(-4), at),
    db
      .prepare(
        `UPDATE connections SET tokens_valid_after = ?7, updated_at = ?8, version = version + 1
         WHERE id = (${target}) RETURNING ${COLUMNS}`,
      )
      .bind(...stands, id, clientId, Math.floor(Date.now() / 1000), at),
    auditStatement(db, principal, c.get('requestId'), 'connection.refresh_secret', `connection/${id}`, ['secret']),
  ]);
  demandStanding(standing!, principal);
  const row = changed!.results[0] as ConnectionRow | undefined;
  if (!row) throw new Refusal(404, 'no such connection');
  return answer(c, { ...row, secret });
}
