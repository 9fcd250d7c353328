// The scenes of issue 5. `status` and `check` are proven by one request before anything is measured.
import { randomUUID } from 'node:crypto';
import { CLIENT, connection, GROUP, ROLE, SCOPES } from './seed.mjs';
import { ISSUER, LOGIN, mint } from './keys.mjs';

const claims = (extra = {}) => ({ client_id: CLIENT, client_type: 'MSP', sub: CLIENT, scope: SCOPES, ...extra });

export const ownToken = (k) => mint(k.own, claims({ iss: ISSUER, connection_id: connection(0) }));
export const loginToken = (k, alg) => mint(k.trusted[alg], claims({ iss: LOGIN }));
export const forgedToken = (k) => mint(k.trusted.ES256, claims({ iss: LOGIN }), { forged: true });

const json = { 'content-type': 'application/json' };
const form = { 'content-type': 'application/x-www-form-urlencoded' };

/**
 * `tokens`: the sort of token a request carries; "hot" is one token for all, another name a file of tokens that are
 * each used once. `trips`: D1 round trips a request of ours may cost. `goal`: the row of issue 5's table.
 * `least`: the Worker in floor/ that does what the scene cannot do without, and checks nothing.
 */
export function scenes(k) {
  const secretBody = (secret) =>
    `grant_type=client_credentials&client_id=${CLIENT}&client_secret=${encodeURIComponent(secret)}`;
  const roleIs = (b) => b.data?.name === 'Doctor' && b.data.id === ROLE && b.meta.code === 200;
  const role = { method: 'GET', path: `/admin/roles/${ROLE}`, status: 200, check: roleIs };
  const list = [
    { name: '404', title: '404, unknown path', method: 'GET', path: '/no/such/path', status: 404, trips: 0, goal: 'bare' },
    { name: '401', title: '401, no token', method: 'GET', path: role.path, status: 401, trips: 0, goal: 'bare' },
    { name: 'role-hot', title: 'role read, hot token', ...role, tokens: 'hot', trips: 0, goal: 'memory' },
    ...['ES256', 'EdDSA', 'RS256', 'HS256'].map((alg) => ({
      name: `role-${alg}`,
      title: `role read, cold ${alg} token`,
      ...role,
      tokens: alg,
      // What the database said of one token of a client holds for its later ones, for a minute (decision 0005).
      trips: 0,
      goal: 'cold',
    })),
    { name: 'role-stranger', title: 'role read, cold ES256 token of an unknown client', ...role, tokens: 'stranger', trips: 1, goal: 'cold', least: 'd1' },
    {
      name: 'list',
      title: 'list of 50 connections',
      method: 'GET',
      path: `/api/clients/${CLIENT}/connections?page=1&page_size=50`,
      status: 200,
      check: (b) => b.data?.length === 50 && b.paging?.total_entries === 60,
      tokens: 'hot',
      trips: 1,
      goal: 'd1',
      least: 'list',
      local: true,
    },
    {
      name: 'patch',
      title: 'PATCH connection',
      method: 'PATCH',
      path: `/api/clients/${CLIENT}/connections/${connection(1)}`,
      headers: json,
      body: '{"redirect_uri":"https://clinic.example/new-callback"}',
      status: 200,
      check: (b) => b.data?.redirect_uri === 'https://clinic.example/new-callback' && b.data.secret === undefined,
      tokens: 'hot',
      trips: 1,
      goal: 'd1',
      least: 'change',
      local: true,
    },
    {
      name: 'refresh',
      title: 'refresh secret',
      method: 'PATCH',
      path: `/api/clients/${CLIENT}/connections/${connection(2)}/actions/refresh_secret`,
      status: 200,
      check: (b) => typeof b.data?.secret === 'string' && b.data.secret.length >= 32,
      tokens: 'hot',
      trips: 1,
      goal: 'd1',
      local: true,
    },
    {
      name: 'permission',
      title: 'delete permission',
      method: 'DELETE',
      // %d: a number that grows with each request, where rows really go.
      path: `/Endpoint/rest/api/v1/AccessGroup/${GROUP}/Permission/%d`,
      first: 1,
      status: 200,
      check: (b) => b.Id >= 1 && b.AccessRoleId?.Name?.startsWith('Role ') && b.Is_Active === true,
      tokens: 'hot',
      trips: 1,
      goal: 'd1',
      local: true,
    },
    {
      name: 'grant',
      title: 'client_credentials grant',
      method: 'POST',
      path: '/oauth/token',
      headers: form,
      body: secretBody(k.secret),
      status: 200,
      check: (b) => b.token_type === 'Bearer' && b.access_token.split('.').length === 3,
      trips: 1,
      goal: 'grant',
      least: 'grant',
      local: true,
    },
    {
      name: 'wrong-secret',
      title: 'grant, wrong secret',
      method: 'POST',
      path: '/oauth/token',
      headers: form,
      body: secretBody(k.secret.slice(0, -4) + 'AAAA'),
      status: 401,
      check: (b) => b.error === 'invalid_client',
      // A refusal that only D1 can decide.
      trips: 1,
      local: true,
    },
    { name: 'forged', title: 'forged token', ...role, check: undefined, status: 401, tokens: 'forged', trips: 0, goal: 'forged' },
  ];
  return list;
}

export const MAKERS = (k) => ({
  hot: () => ownToken(k),
  forged: () => forgedToken(k),
  stranger: () => mint(k.trusted.ES256, { ...claims(), client_id: randomUUID(), iss: LOGIN }),
  ...Object.fromEntries(['ES256', 'EdDSA', 'RS256', 'HS256'].map((alg) => [alg, () => loginToken(k, alg)])),
});
