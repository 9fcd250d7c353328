// Whole answers, asserted: status, headers and every member of the body, in each dialect.
import assert from "node:assert/strict";

export const GUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const JSON_TYPE = "application/json; charset=utf-8";

/** A Mithril answer: `meta` and exactly `rest`, which is { data }, { error } or nothing. */
export function isMithril(answer, status, rest = {}, idempotency_key) {
  const id = answer.headers.get("x-request-id");
  assert.deepEqual(
    { status: answer.status, ...answer.json },
    { status, meta: { code: status, url: answer.url, type: "object", request_id: id, ...(idempotency_key && { idempotency_key }) }, ...rest },
  );
  assert.equal(answer.headers.get("content-type"), JSON_TYPE);
  assert.ok(id);
}

const ENDPOINT_ERRORS = {
  unconvertible: [400, "/Errors/Bad Input", "Bad Request", "The user has provided input that the browser is unable to convert."],
  structure: [400, "/Errors/Bad Input", "Bad Request", "The value does not match the specified entity structure"],
  multiple: [400, "/Errors/Multible Rows", "Bad Request", "There are multiple rows in the database for the same value"],
  unauthorized: [401, "/Errors/Unauthorized", "Unauthorized", "The session Id or OAuth token used has expired or is invalid."],
  permission: [403, "/Errors/Permission", "Bad Request", "The user does not have access to execute operation"],
  notFound: [404, "/Errors/Not Found", "Not Found", "The requested resource does not exist"],
  method: [405, "/Errors/Method Not Allowed", "Method Not Allowed", "The method is not supported for the requested resource."],
};

/** An Endpoint error record by its name above. */
export function isEndpointError(answer, name) {
  const [status, Type, Title, text] = ENDPOINT_ERRORS[name];
  const RequestKey = answer.json?.RequestKey;
  assert.deepEqual(
    { status: answer.status, ...answer.json },
    { status, Errors: [text], Type, Title, StatusCode: status, Instance: new URL(answer.url).pathname, RequestKey },
  );
  assert.match(RequestKey, GUID);
  assert.equal(answer.headers.get("content-type"), JSON_TYPE);
}

const REALM = 'Bearer realm="mithril-edge"';

/** What a token's 401 may say, in the order of `TokenRefusal::description`. */
const REFUSED_TOKEN = new RegExp(`^${REALM}, error="invalid_token", error_description="(${[
  "The access token is malformed\\.",
  "The access token is of an issuer that is not accepted\\.",
  "The key of the access token is not known\\.",
  "The signature of the access token is not valid\\.",
  "The access token has the wrong typ\\.",
  "The access token has expired\\.",
  "The access token is not valid yet\\.",
  "The access token is for another audience\\.",
  "A claim of the access token is missing or malformed\\.",
  "The access token exceeds what its issuer may say\\.",
  "The access token was revoked\\.",
].join("|")})"$`);

/** 401 of the token, in the words of the operation's page. */
export function isUnauthorized(answer, operation, challenge = REFUSED_TOKEN) {
  if (operation.dialect === "endpoint") isEndpointError(answer, "unauthorized");
  else isMithril(answer, 401, { error: { type: "access_denied", message: operation.dialect === "roles" ? "Unauthorized" : "Access denied" } });
  assert.match(answer.headers.get("www-authenticate"), challenge);
}

export const isTokenless = (answer, operation) => isUnauthorized(answer, operation, new RegExp(`^${REALM}$`));

/** 403 for a missing scope. */
export function isScopeless(answer, operation) {
  if (operation.dialect === "endpoint") isEndpointError(answer, "permission");
  else isMithril(answer, 403, { error: { type: "forbidden", message: operation.dialect === "roles" ? "forbidden" : "Invalid scopes" } });
  assert.equal(answer.headers.get("www-authenticate"), `${REALM}, error="insufficient_scope", scope="${operation.scopes.join(" ")}"`);
}

export const FORBIDDEN = { error: { type: "forbidden", message: "Forbidden" } };
export const NOT_FOUND = { error: { type: "not_found" } };
export const NO_ROLE = { error: { type: "not_found", message: "not_found" } };
