/** Roles by id. Mithril dialect. */
import type { Context } from 'hono';
import { demandScope, demandStanding, principalOf, standingStatement } from './auth';
import { settingsOf } from './env';
import { Refusal } from './error';
import { answer, type App } from './http';

export async function show(c: Context<App>) {
  const settings = await settingsOf(c.env);
  const principal = await principalOf(c.req.header('authorization'), settings);
  c.set('clientId', principal.clientId);
  demandScope(principal, ['role:read']);
  const db = c.env.DB;
  c.set('d1', c.get('d1') + 1);
  const [standing, found] = await db.batch([
    standingStatement(db, principal),
    db.prepare('SELECT name, scope, id FROM roles WHERE id = ?1').bind(c.req.param('id')!),
  ]);
  demandStanding(standing!, principal);
  const role = found!.results[0];
  if (!role) throw new Refusal(404, 'no such role');
  return answer(c, role as object);
}
