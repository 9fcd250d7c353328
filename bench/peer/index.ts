/** The routes, the log line, and what a failure looks like in each dialect. */
import { Hono, type Context } from 'hono';
import { routePath } from 'hono/route';
import * as connections from './connections';
import { endpointError, mithrilError, Refusal } from './error';
import { meta, type App } from './http';
import * as permissions from './permissions';
import * as roles from './roles';
import { token } from './token';

const app = new Hono<App>();

const SANE = /^[A-Za-z0-9._#:-]{1,128}$/;
const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

app.use(async (c, next) => {
  const given = c.req.header('x-request-id');
  const requestId = given && SANE.test(given) ? given : crypto.randomUUID();
  c.set('requestId', requestId);
  c.set('d1', 0);
  await next();
  c.res.headers.set('x-request-id', requestId);
  console.log(
    JSON.stringify({
      method: c.req.method,
      route: routePath(c, -1),
      status: c.res.status,
      error: c.get('error'),
      client_id: c.get('clientId'),
      request_id: requestId,
      d1: c.get('d1'),
    }),
  );
});

app.get('/healthz', (c) => c.json({ status: 'ok' }));
app.get('/admin/roles/:id', roles.show);
app.get('/api/clients/:id/connections', connections.list);
app.patch('/api/clients/:id/connections/:connection_id', connections.update);
app.patch('/api/clients/:id/connections/:connection_id/actions/refresh_secret', connections.refreshSecret);
app.delete('/Endpoint/rest/api/v1/AccessGroup/:id/Permission/:sub_id', permissions.remove);
app.post('/oauth/token', token);

// Any other method of these paths is 405.
for (const { path, method } of app.routes.filter(({ method }) => method !== 'ALL'))
  app.all(path, (c) => {
    c.header('allow', `${method === 'GET' ? 'GET, HEAD' : method}, OPTIONS`);
    return fail(new Refusal(405, 'method'), c);
  });

function fail(refusal: Refusal, c: Context<App>) {
  const { path } = c.req;
  const status = refusal.status;
  c.set('error', refusal.message);
  if (refusal.detail?.oauth) {
    c.header('cache-control', 'no-store');
    if (status === 401) c.header('www-authenticate', 'Basic realm="oauth"');
    return c.json({ error: refusal.detail.oauth }, status);
  }
  if (status === 401) c.header('www-authenticate', 'Bearer');
  if (path.startsWith('/Endpoint/')) {
    const id = c.get('requestId');
    return c.json(endpointError(refusal, path, GUID.test(id) ? id : crypto.randomUUID()), status);
  }
  return c.json({ meta: meta(c, status), error: mithrilError(refusal) }, status);
}

app.notFound((c) => fail(new Refusal(404, 'no such route'), c));
app.onError((error, c) => fail(error instanceof Refusal ? error : new Refusal(500, String(error)), c));

export default app;
