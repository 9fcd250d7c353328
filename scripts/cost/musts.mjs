// What calls must not exceed, whatever is recorded. `of` names the calls, `count` the figure (see `COUNTS` in report.mjs).
const CONNECTION = "/api/clients/{id}/connections/{connection_id}";

export const MUSTS = [
  {
    what: "rows written: PATCH and DELETE connection, DELETE permission",
    of: [`PATCH ${CONNECTION} (changed)`, `DELETE ${CONNECTION}`, "DELETE /Endpoint/rest/api/v1/AccessGroup/{Id}/Permission/{SubId}"],
    count: "written", must: 4, aim: 3,
  },
  {
    what: "rows written: refresh of a secret",
    of: [`PATCH ${CONNECTION}/actions/refresh_secret (the-old-secret-remains-valid-for-a-day)`, `PATCH ${CONNECTION}/actions/refresh_secret (tokens-remain-valid)`],
    count: "written", must: 7, aim: 6,
  },
  {
    what: "rows written: create a role, an access group",
    of: ["POST /admin/roles (a-registrar)", "POST /Endpoint/rest/api/v1/AccessGroup (a-laboratory)"],
    count: "written", must: 8, aim: 6,
  },
  { what: "rows written: a token at `/oauth/token`, mean of 119", of: ["POST /oauth/token (by-a-secret)"], count: "mean", must: 0.01, aim: 0 },
  { what: "rows written: a token with a refresh token at Endpoint's address", of: ["POST /oAuth/rest/v2/Token (by-a-secret)"], count: "written", must: 4, aim: 3 },
  { what: "rows read: the same", of: ["POST /oAuth/rest/v2/Token (by-a-secret)"], count: "read", must: 25, aim: 25 },
  { what: "rows read: a refresh", of: ["POST /oAuth/rest/v2/Token (by-a-refresh-token)", "POST /oauth/token (by-a-refresh-token)"], count: "read", must: 25, aim: 25 },
  { what: "round trips to D1: any call", of: "all", count: "trips", must: 1, aim: 1 },
];
