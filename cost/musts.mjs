// What calls must not exceed, whatever is recorded. `of` names the calls (a list, a pattern, "all") or "client", `count` the
// figure (see `figure` in report.mjs). A must that is missed says why (`open`), and where it stands: `now` may not be exceeded.
/** The run of the cron trigger that is counted beside the calls. */
export const SEALING = "the cron trigger seals 1,000 rows of the audit";

const BY_SECRET = "POST /oauth/token (by-a-secret)";
const CONNECTION = "/api/clients/{id}/connections/{connection_id}";
/** Routes of our own that count, list or write down what many records say. No document of the two APIs has them. */
const OVERVIEWS = String.raw`(GET /admin/(overview|.*/(access|holders|record))|POST /admin/reviews \(.*)$`;

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
  { what: "rows written: sealing, an audit row", of: [SEALING], count: "mean", must: 0.05, aim: 0.05 },
  { what: "rows read: a token by a secret, with and without a refresh token; a refresh", of: [BY_SECRET, "POST /oAuth/rest/v2/Token (by-a-secret)", "POST /oAuth/rest/v2/Token (by-a-refresh-token)", "POST /oauth/token (by-a-refresh-token)"], count: "read", must: 25, aim: 25 },
  {
    what: "rows read: a token by a code", of: ["POST /oauth/token (by-a-code)", "POST /oauth/tokens (by-a-code)"], count: "read", must: 25, aim: 25,
    open: { now: 37, why: "the claim and the answer each read the connection, its client, the client's type, the consumer and the user's roles, and a claim that trusted the answer could use up a code that gives nothing." },
  },
  { what: "rows read: any GET of one record", of: /^GET .*\{\w+\}$/, count: "read", must: 15, aim: 15 },
  {
    what: "rows read: any call of Mithril's", of: new RegExp(String.raw`^(?!${OVERVIEWS})\w+ /(admin|api|auth)/`), count: "read", must: 15, aim: 15,
    open: { now: 26, why: "a list reads its entries (13 clients, 17 roles of the samples, and 6 access roles that do not count as roles); a new secret reads the connection in each of seven statements, and the secrets that it ends." },
  },
  {
    what: "rows read: any documented call", of: new RegExp(`^(?!${OVERVIEWS})`), count: "read", must: 15, aim: 15,
    open: { now: 120, why: "a change of Endpoint's resolves the names of its path and of each item in the facts, the audit row, the change and the answer, about ten rows an item in all; what a user may do goes through every permission of the user's groups." },
  },
  { what: "rows read: a decision", of: /^POST \/access\/v1\/evaluation /, count: "read", must: 30, aim: 20 },
  {
    what: "rows read: an overview, a list of rights, or a review of them", of: new RegExp(`^${OVERVIEWS}`), count: "read", must: 100, aim: 30,
    open: { now: 211, why: "a list names the scopes of each role of its page that the client's type allows, so it walks the type's scopes once for each role; the overview counts the secrets and clients of six questions." },
  },
  {
    what: "bytes in D1 of a client after a year", of: "client", count: "bytes", must: 25_000, aim: 20_000,
  },
  {
    what: "active clients in one 10 GB database", of: "client", count: "clients", must: 400_000, aim: 400_000, atLeast: true,
  },
  { what: "dollars a million: a role read from memory", of: ["GET /admin/roles/{id}"], count: "dollars", must: 0.31, aim: 0.31 },
  { what: "dollars a million: a token by a secret", of: [BY_SECRET], count: "dollars", must: 0.32, aim: 0.32 },
  { what: "dollars a million: PATCH connection", of: [`PATCH ${CONNECTION} (changed)`], count: "dollars", must: 4.4, aim: 4.4 },
  { what: "round trips to D1: any call", of: "all", count: "trips", must: 1, aim: 1 },
];
