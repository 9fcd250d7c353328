// The five documented operations, each with a call that succeeds on the fixture when its token does.
import { bearer } from "./keys.mjs";

export const CLIENT = "1380df72-275a-11e7-93ae-92361f002671";
export const OTHER = "2480df72-275a-11e7-93ae-92361f002672";
export const BLOCKED = "3580df72-275a-11e7-93ae-92361f002673";
export const MIS = "25c03af6-69bd-439e-b0dd-f1669b3dbbfd";
export const ADMIN = "0a6d5a0e-9b1f-4f6e-8a55-0d7d7a5f0b01";
/** CLIENT's connection that MIS uses, and the one that it uses itself. */
export const CONNECTION = "e5372365-d47a-467f-81d0-f35117864352";
export const OWN_CONNECTION = "e5372365-d47a-467f-81d0-f35117864353";
export const OTHERS_CONNECTION = "e5372365-d47a-467f-81d0-f35117864354";
export const BLOCKED_CONNECTION = "e5372365-d47a-467f-81d0-f35117864355";
export const ROLE = "role-1380df72-275a-11e7-93ae-92361f002671";

export const connection = (client = CLIENT, id = CONNECTION) => `/api/clients/${client}/connections/${id}`;
export const refreshing = (client = CLIENT, id = CONNECTION) => `${connection(client, id)}/actions/refresh_secret`;
export const role = (id = ROLE) => `/admin/roles/${id}`;
export const permission = (group = "GROUP-A", id = 4711, query = "") =>
  `/Endpoint/rest/api/v1/AccessGroup/${group}/Permission/${id}${query}`;

const JSON_BODY = { headers: { "content-type": "application/json" }, body: '{"redirect_uri":"https://example3.com"}' };
const ID = "/api/clients/{id}/connections/{connection_id}";

export const DELETE_CONNECTION = { name: "delete connection", method: "DELETE", path: connection, route: ID, dialect: "connections", scopes: ["connection:delete"] };
export const UPDATE_CONNECTION = { name: "update connection", method: "PATCH", path: connection, route: ID, dialect: "connections", scopes: ["connection:write"], init: JSON_BODY };
export const REFRESH_SECRET = { name: "refresh secret", method: "PATCH", path: refreshing, route: `${ID}/actions/refresh_secret`, dialect: "connections", scopes: ["connection:refresh_secret"] };
export const SHOW_ROLE = { name: "show role", method: "GET", path: role, route: "/admin/roles/{id}", dialect: "roles", scopes: ["role:read"] };
export const DELETE_PERMISSION = {
  name: "delete permission", method: "DELETE", path: permission, route: "/Endpoint/rest/api/v1/AccessGroup/{Id}/Permission/{SubId}",
  dialect: "endpoint", scopes: ["AccessManager:Delete", "AccessUser:Delete"],
};
/** A read by the same path. */
export const SHOW_CONNECTION = { ...DELETE_CONNECTION, name: "show connection", method: "GET", scopes: ["connection:read"] };
export const CONNECTION_OPERATIONS = [DELETE_CONNECTION, UPDATE_CONNECTION, REFRESH_SECRET];
export const FIVE = [...CONNECTION_OPERATIONS, SHOW_ROLE, DELETE_PERMISSION];

/** Calls an operation; `headers` go over its own. */
export const call = (worker, { method, path, init = {} }, headers = {}, at = path()) =>
  worker.fetch(at, { ...init, method, headers: { ...init.headers, ...headers } });

/** The headers of a token that holds the operation's scopes; `claims` and `options` as in `mint`. */
export const token = ({ scopes }, claims = {}, options = {}) => bearer({ scope: scopes.join(" "), ...claims }, options);
