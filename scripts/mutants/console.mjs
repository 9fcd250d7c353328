// Guards of what the console asks for: who reaches it, what the counts mean, and what a flood of refusals may cost.

const SECRETS = "src/mithril/connections/all_secrets.rs";
const CLIENTS = "src/mithril/clients/store.rs";
const COUNTS = "src/memory/refusal_counts.rs";
const OVERVIEW = "src/mithril/console/overview_sql.rs";

export default [
  { name: "a consumer sees the secrets of other consumers", file: SECRETS, from: "        OLD_STILL_USED,\n        REACHED,", to: "        OLD_STILL_USED,", tests: "consumers::the_secrets" },
  { name: "an expired secret is listed", file: SECRETS, from: 'always: &[secret_counts!("expires_at", "?1 ->> \'now\'")],', to: 'always: &["1"],', tests: "console_lists" },
  { name: "a use before the new secret counts as a use after it", file: SECRETS, from: "AND newer.created_at < walked.last_used_at", to: "AND walked.last_used_at IS NOT NULL", tests: "console_lists" },
  { name: "a client that is used as a consumer counts as unused", file: CLIENTS, from: '    none_used!("client_id"),\n    " AND ",\n    none_used!("consumer_id")', to: '    none_used!("client_id")', tests: "console_lists" },
  { name: "a client whose grant is new counts as unused", file: CLIENTS, from: "AND grant_iat > ?1 ->> 'unused_for')))", to: "AND grant_iat < 0)))", tests: "console_lists" },
  { name: "the use of an old secret is written once a day", file: "src/secrets/sql.rs", from: "iif(expires_at IS NULL, 82800, 3600)", to: "82800", tests: "secret_uses" },
  { name: "each refusal is written", file: COUNTS, from: "(counts.minute != minute && !counts.by_status.is_empty())", to: "(!counts.by_status.is_empty())", tests: "console_refusals" },
  { name: "refusals of more than an hour ago are told", file: "src/mithril/console/overview.rs", from: "let since = now.div_euclid(60) - 60;", to: "let since = now.div_euclid(60) - 600;", tests: "console_refusals" },
  { name: "counts of refusals are kept", file: "src/health/housekeeping.rs", from: "WHERE minute < ?1 / 60 - 120", to: "WHERE minute < 0", tests: "console_refusals" },
  { name: "an audit that nobody seals is not told", file: OVERVIEW, from: "+ 1 AND at < ", to: "+ 1 AND at > ", tests: "console::the_overview" },
  { name: "a client of the API is led to the start page", file: "src/routes/router.rs", from: 'is_read && request.path() == "/" && accept::prefers(request, "text/html", "application/json")', to: 'is_read && request.path() == "/"', tests: "console::what_is_no_browser" },
  { name: "the console is sent to a login service without https", file: "src/settings/console.rs", from: "&& is_safe_address(issuer))", to: "&& !issuer.is_empty())", tests: "console::the_console" },
  { name: "a consumer sees the connection of another by its id", file: "src/mithril/connections/store.rs", from: '" FROM connections WHERE id = ?1 AND ",', to: '" FROM connections WHERE id = ?1 OR ",', tests: "consumers::a_connection" },
  { name: "former redirect URIs have no most", file: "src/mithril/connections/store.rs", from: "WHERE key < 4", to: "", tests: "connections::a_connection_by_its_id" },
  { name: "a redirect URI that stays is kept as a former one", file: "src/mithril/connections/store.rs", from: '" THEN former_redirect_uris ELSE (SELECT', to: '" AND 0 THEN former_redirect_uris ELSE (SELECT', tests: "connections::a_connection_by_its_id" },
];
