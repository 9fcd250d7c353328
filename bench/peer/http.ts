/** Mithril's envelope. */
import type { Context } from 'hono';
import type { Env } from './env';

export interface App {
  Bindings: Env;
  Variables: { requestId: string; clientId: string | undefined; error: string | undefined; d1: number };
}

/** The request's own address, without the query. */
export const addressOf = (c: Context<App>) => {
  const at = c.req.url.indexOf('?');
  return at < 0 ? c.req.url : c.req.url.slice(0, at);
};

export const meta = (c: Context<App>, code: number, type: 'object' | 'list' = 'object') => ({
  code,
  url: addressOf(c),
  type,
  request_id: c.get('requestId'),
});

export const answer = (c: Context<App>, data: object) => c.json({ meta: meta(c, 200), data });

export const answerList = (c: Context<App>, data: unknown[], paging: object) =>
  c.json({ meta: meta(c, 200, 'list'), data, paging });
