// The scenes: one request each, with the answer that it must get.
import { randomUUID } from 'node:crypto';
import { ISSUER, LOGIN, forge, mint } from './keys.mjs';
import { CLIENT, connection, GROUP, ROLE, SCOPES } from './seed.mjs';

const claims = (extra) => ({ client_id: CLIENT, client_type: 'MSP', sub: CLIENT, scope: SCOPES, ...extra });

/** A token of our own issuer that names a connection, so its revocation has to be checked. */
export const ownToken = (k) => mint(k.own, claims({ iss: ISSUER, connection_id: connection(0) }));

const ALGORITHMS = ['ES256', 'EdDSA', 'RS256', 'HS256'];

/** A function that makes a token, by the sort of token. A forged one has a good form and a known `kid`. */
export const makers = (k) => ({
  forged: () => forge(mint(k.trusted.ES256, claims({ iss: LOGIN }))),
  stranger: () => mint(k.trusted.ES256, claims({ iss: LOGIN, client_id: randomUUID() })),
  ...Object.fromEntries(ALGORITHMS.map((alg) => [alg, () => mint(k.trusted[alg], claims({ iss: LOGIN }))])),
});

const roleRead = { method: 'GET', path: `/admin/roles/${ROLE}`, status: 200 };
const isRole = ({ data, meta }) => data?.name === 'Doctor' && data.id === ROLE && meta.code === 200;
/** A call with one token for all requests, which asks D1 once. */
const oneCall = { status: 200, tokens: 'hot', trips: 1, bound: 'd1' };
const connections = `/api/clients/${CLIENT}/connections`;

/**
 * `status`, `check`: what the answer must be; a request proves it before anything is measured. `tokens`: the sort of token that a
 * request carries; "hot" is one token for all requests, of the other sorts each token is used once. `trips`: the D1 round trips
 * that a request of ours may cost. `bound`: its bound in bounds.mjs.
 */
export const scenes = (k) => [
  { name: '404', title: '404, unknown path', method: 'GET', path: '/no/such/path', status: 404, trips: 0, bound: 'bare' },
  { name: '401', title: '401, no token', ...roleRead, status: 401, trips: 0, bound: 'bare' },
  { name: 'role-hot', title: 'role read, hot token', ...roleRead, check: isRole, tokens: 'hot', trips: 0, bound: 'memory' },
  ...ALGORITHMS.map((alg) => ({
    name: `role-${alg}`,
    title: `role read, cold ${alg} token`,
    ...roleRead,
    check: isRole,
    tokens: alg,
    // For a minute, what the database said of a client holds for all its tokens (decision 0005).
    trips: 0,
    bound: 'cold',
  })),
  { name: 'role-stranger', title: 'role read, unknown client', ...roleRead, check: isRole, tokens: 'stranger', trips: 1, bound: 'd1' },
  {
    name: 'list',
    title: 'list of 50 connections',
    ...oneCall,
    method: 'GET',
    path: `${connections}?page=1&page_size=50`,
    check: ({ data, paging }) => data?.length === 50 && paging?.total_entries === 60,
  },
  {
    name: 'patch',
    title: 'PATCH connection',
    ...oneCall,
    method: 'PATCH',
    path: `${connections}/${connection(1)}`,
    headers: { 'content-type': 'application/json' },
    body: '{"redirect_uri":"https://clinic.example/new-callback"}',
    check: ({ data }) => data?.redirect_uri === 'https://clinic.example/new-callback' && data.secret === undefined,
  },
  {
    name: 'refresh',
    title: 'refresh secret',
    ...oneCall,
    method: 'PATCH',
    path: `${connections}/${connection(2)}/actions/refresh_secret`,
    check: ({ data }) => typeof data?.secret === 'string' && data.secret.length >= 32,
  },
  {
    name: 'permission',
    title: 'delete permission',
    ...oneCall,
    method: 'DELETE',
    path: `/Endpoint/rest/api/v1/AccessGroup/${GROUP}/Permission/1`,
    check: (body) => body.Id === 1 && body.AccessRoleId?.Name?.startsWith('Role ') && body.Is_Active === true,
  },
  {
    name: 'grant',
    title: 'client_credentials grant',
    method: 'POST',
    path: '/oauth/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: `grant_type=client_credentials&client_id=${CLIENT}&client_secret=${encodeURIComponent(k.secret)}`,
    status: 200,
    check: (body) => body.token_type === 'Bearer' && body.access_token.split('.').length === 3,
    trips: 1,
    bound: 'grant',
  },
  { name: 'forged', title: 'forged token', ...roleRead, status: 401, tokens: 'forged', trips: 0, bound: 'forged' },
];
