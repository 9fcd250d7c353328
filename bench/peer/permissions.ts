/** Permissions of an access group: delete one. Endpoint dialect. */
import type { Context } from 'hono';
import { auditStatement } from './audit';
import { demandScope, demandStanding, principalOf, standingStatement, STANDS, standsBindings } from './auth';
import { settingsOf } from './env';
import { Refusal } from './error';
import type { App } from './http';

const GROUP_FIELDS: Record<string, string> = { '': 'id', Id: 'id', Name: 'name', ExternalId: 'external_id' };
const PERMISSION_FIELDS: Record<string, string> = { '': 'id', Id: 'id', PermissionId: 'permission_id', AccessRoleId: 'role_id' };

const field = (fields: Record<string, string>, name: string | undefined) => {
  const column = fields[name ?? ''];
  if (!column) throw new Refusal(400, 'no such field');
  return column;
};

const UNREADABLE = 'The user has provided input that the browser is unable to convert.';

/** `base64|<text>` stands for an identifier that a URL forbids. */
function identifier(text: string): string {
  if (!text.startsWith('base64|')) return text;
  try {
    const bytes = atob(text.slice(7).replaceAll('-', '+').replaceAll('_', '/'));
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(Uint8Array.from(bytes, (b) => b.charCodeAt(0)));
  } catch {
    throw new Refusal(400, 'base64', { message: UNREADABLE });
  }
}

interface PermissionRow {
  id: number;
  permission_id: string;
  is_active: number;
  created_on: string;
  role_id: string;
  role_external_id: string;
  role_name: string;
  role_type: string;
}

const multiple = () =>
  new Refusal(400, 'multiple rows', {
    type: '/Errors/Multible Rows',
    message: 'There are multiple rows in the database for the same value',
  });

export async function remove(c: Context<App>) {
  const settings = await settingsOf(c.env);
  const principal = await principalOf(c.req.header('authorization'), settings);
  c.set('clientId', principal.clientId);
  demandScope(principal, ['AccessManager:Delete', 'AccessUser:Delete'], settings.endpointScopes);

  const groupBy = field(GROUP_FIELDS, c.req.query('Name'));
  const permissionBy = field(PERMISSION_FIELDS, c.req.query('SubName'));
  const group = identifier(c.req.param('id')!);
  const sub = identifier(c.req.param('sub_id')!);
  if (permissionBy === 'id' && !/^[0-9]{1,18}$/.test(sub)) throw new Refusal(400, 'not a number', { message: UNREADABLE });
  const key = permissionBy === 'id' ? Number(sub) : sub;

  const db = c.env.DB;
  const match = `FROM permissions p JOIN access_groups g ON g.id = p.access_group_id
                 WHERE g.${groupBy} = ?5 AND p.${permissionBy} = ?6`;
  c.set('d1', c.get('d1') + 1);
  const [standing, groups, permissions] = await db.batch([
    standingStatement(db, principal),
    db.prepare(`SELECT is_system FROM access_groups WHERE ${groupBy} = ?1 LIMIT 2`).bind(group),
    db
      .prepare(
        `SELECT p.id, p.permission_id, p.is_active, p.created_on, r.id AS role_id,
                r.external_id AS role_external_id, r.name AS role_name, r.type AS role_type
         FROM permissions p JOIN access_groups g ON g.id = p.access_group_id JOIN roles r ON r.id = p.role_id
         WHERE g.${groupBy} = ?1 AND p.${permissionBy} = ?2 LIMIT 2`,
      )
      .bind(group, key),
    db
      .prepare(
        `DELETE FROM permissions WHERE id = (SELECT max(p.id) ${match} HAVING count(*) = 1 AND max(g.is_system) = 0)
         AND (SELECT count(*) FROM access_groups WHERE ${groupBy} = ?5) = 1 AND ${STANDS}`,
      )
      .bind(...standsBindings(principal), group, key),
    auditStatement(db, principal, c.get('requestId'), 'permission.delete', `permission/${sub}`, []),
  ]);
  demandStanding(standing!, principal);
  if (groups!.results.length === 0) throw new Refusal(404, 'no such group');
  if (groups!.results.length > 1) throw multiple();
  const rows = permissions!.results as unknown as PermissionRow[];
  const [row] = rows;
  if (!row) throw new Refusal(404, 'no such permission');
  if (rows.length > 1) throw multiple();
  if ((groups!.results[0] as { is_system: number }).is_system) throw new Refusal(403, 'system group');
  return c.json({
    Id: row.id,
    AccessRoleId: { Id: row.role_id, ExternalId: row.role_external_id, Name: row.role_name, Type: row.role_type },
    PermissionId: { Id: row.permission_id, ExternalId: '', Name: row.permission_id, Type: 'Permission' },
    Is_Active: row.is_active === 1,
    CreatedOn: row.created_on,
  });
}
