/** One row for each change, in the change's own batch, right after the statement that decides it. */
import type { Principal } from './principal';

export const auditStatement = (db: D1Database, p: Principal, requestId: string, action: string, subject: string, fields: string[]) =>
  db
    .prepare(
      `INSERT INTO audit (at, actor, client_id, action, subject, request_id, fields)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE changes() > 0`,
    )
    .bind(new Date().toISOString().slice(0, 19) + 'Z', p.subject, p.clientId, action, subject, requestId, JSON.stringify(fields));
