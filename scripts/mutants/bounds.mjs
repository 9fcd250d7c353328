// Bounds: what a consumer reaches, what other credentials need, what a trusted issuer may say, and how many there may be.

const REACH = "src/mithril/connections/reach.rs";
const CONNECTIONS = "src/mithril/connections/store.rs";
const CLIENTS = "src/mithril/clients/store.rs";
const PUT = "src/mithril/connections/put_store.rs";
const CLAIM = "src/request/idempotency/claim.rs";
const ASSERTION = "src/oauth/assertion.rs";
const SCOPES = "src/oauth/store/scopes.rs";
const CLIENT = "src/oauth/store/client.rs";
const GRANTS = "src/oauth/store/grants.rs";
const TOKEN = "src/auth/token.rs";

export default [
  // A consumer reaches its own connections only.
  { name: "a consumer reaches the connections of other consumers", file: REACH, from: "AND held.consumer_id <> held.client_id), consumer_id)", to: "AND 0), consumer_id)", tests: "consumers::" },
  { name: "a consumer puts a connection of another consumer", file: REACH, from: "AND held.consumer_id <> ?1", to: "AND ?1 IS NULL", tests: "consumers::" },
  { name: "a consumer takes the redirect_uri of another consumer", file: REACH, from: "WHERE held.id = ?3 AND", to: "WHERE 0 AND held.id = ?3 AND", tests: "consumers::" },
  { name: "an update takes the redirect_uri of another consumer", file: CONNECTIONS, from: ".guards([guard])", to: ".guards(Some(guard).filter(|_| false))", tests: "consumers::" },
  { name: "a consumer lists the connections of other consumers", file: CONNECTIONS, from: "within_reach!(\"?1 ->> 'caller'\")", to: '"1"', tests: "consumers::" },
  { name: "a consumer lists the secrets of other consumers", file: "src/mithril/connections/secret_store.rs", from: "within_reach!(\"?1 ->> 'caller'\")", to: '"1"', tests: "consumers::" },
  { name: "two consumers of one client share a key", file: CLAIM, from: "caller.extend(principal.connection_id.as_deref());", to: "", tests: "consumers::" },
  { name: "all users of a client share the keys of a token without sub", file: CLAIM, from: "if principal.subject.is_empty() {", to: "if false {", tests: "consumers::" },
  { name: "a consumer is told of the tokens of other consumers", file: "src/oauth/introspect.rs", from: "let is_of_caller =", to: "let is_of_caller = true ||", tests: "consumers::" },

  // Other credentials need what a refresh needs.
  { name: "other credentials need no scope to refresh", file: PUT, from: "if !caller.may_change_credentials {", to: "if false && !caller.may_change_credentials {", tests: "credentials::" },
  { name: "a broker that may not refresh secrets replaces credentials", file: PUT, from: "if let Some(client) = caller.broker_rule {", to: "if let Some(client) = caller.broker_rule.filter(|_| false) {", tests: "credentials::" },
  { name: "other credentials need no api-key", file: PUT, from: "(?7 = 0 OR consumer_id", to: "(1 OR ?7 = 0 OR consumer_id", tests: "credentials::" },
  { name: "what was issued outlives the credentials that it was issued to", file: PUT, from: 'tokens_valid_after = CASE WHEN ",', to: 'tokens_valid_after = CASE WHEN 0 AND ",', tests: "credentials::" },
  { name: "an assertion is checked twice against the same key", file: "src/oauth/assertion.rs", from: "read.retain(|key| !remembered.iter().any(|tried| tried.key == key.key));", to: "read.retain(|_| true);", tests: "oauth::assertion" },

  // What a consumer allows, and a request that gets nothing.
  { name: "a consumer without a broker_scope is no bound", file: SCOPES, from: "THEN COALESCE(consumer.priv_settings ->> 'broker_scope', '') END", to: "THEN consumer.priv_settings ->> 'broker_scope' END", tests: "oauth::bounds" },
  { name: "the first half of the vendor's pair is given with its comma", file: SCOPES, from: " OR substr(item.value, -8) = ':Create,'", to: "", tests: "oauth::bounds" },
  { name: "a request that gets nothing uses its refresh token up", file: GRANTS, from: "\" AND EXISTS (SELECT 1 FROM \",\n    parts!(\n        \"refresh_grants.scope\"", to: "\" AND 0 <= (SELECT count(*) FROM \",\n    parts!(\n        \"refresh_grants.scope\"", tests: "oauth::bounds" },
  { name: "a request that gets nothing uses its code up", file: GRANTS, from: "\" AND EXISTS (SELECT 1 FROM \",\n    parts!(\n        \"authorization_codes.scope\"", to: "\" AND 0 <= (SELECT count(*) FROM \",\n    parts!(\n        \"authorization_codes.scope\"", tests: "oauth::bounds" },

  // How often, and how many.
  { name: "an assertion works again with another signature", file: ASSERTION, from: "sha256_text(assertion.signed())", to: "sha256_text(jwt)", tests: "oauth::assertion" },
  { name: "all keys of a long stored set count", file: CLIENT, from: "AND jwk.key < ?4 AND", to: "AND ?4 IS NOT NULL AND", tests: "oauth::assertion_keys" },
  { name: "one request checks more than ten signatures", file: CLIENT, from: "LIMIT ?3)", to: "LIMIT ?3 + 100)", tests: "oauth::assertion_keys" },
  { name: "a connection registers more than ten keys", file: "src/mithril/connections/auth_method.rs", from: "(1..=MAX_KEYS)", to: "(1..=MAX_KEYS * 100)", tests: "oauth::assertion_keys" },
  { name: "a code lives on after a wrong verifier", file: GRANTS, from: "SET grant_id = '' WHERE digest = ", to: "SET grant_id = '' WHERE 0 AND digest = ", tests: "oauth::verifier" },
  { name: "a hundred unused grants refuse the next", file: GRANTS, from: "WHERE grant_iat <= ?8 OR own.total >= ?7", to: "WHERE grant_iat <= ?8 OR 0 > own.total", tests: "oauth::live_grants" },
  { name: "grants that nobody refreshed stay beside their successors", file: GRANTS, from: "AND is_spare = 1 AND grant_iat <= ?2", to: "AND 0 AND grant_iat <= ?2", tests: "oauth::live_grants" },
  { name: "a grant of this very day makes room for the next", file: GRANTS, from: "LIMIT 1) WHERE grant_iat <= ?8 OR own", to: "LIMIT 1) WHERE ?8 OR own", tests: "oauth::live_grants" },
  { name: "a grant of this very day ends with the next", file: GRANTS, from: "AND is_spare = 1 AND grant_iat <= ?2\"", to: "AND is_spare = 1 AND ?2\"", tests: "oauth::live_grants" },
  { name: "a refreshed grant ends with the next", file: GRANTS, from: "AND is_spare = 1 AND grant_iat <= ?2\"", to: "AND user_id IS NULL AND grant_iat <= ?2\"", tests: "oauth::live_grants" },
  { name: "a refreshed grant makes room for the next", file: GRANTS, from: "WHERE connection_number = own.connection AND is_spare = 1\n", to: "WHERE connection_number = own.connection AND user_id IS NULL\n", tests: "oauth::live_grants" },
  { name: "every grant of a client for itself has an audit row", file: GRANTS, from: "AND other.grant_iat > ?2 AND", to: "AND 0 AND", tests: "oauth::live_grants" },
  { name: "a grant that has ended is still counted", file: "schema.sql", from: "SET own_grants = own_grants - 1", to: "SET own_grants = own_grants - 0", tests: "oauth::live_grants" },
  { name: "more than a hundred grants of a connection are in use", file: GRANTS, from: "own.total < ?7", to: "own.total <= ?7", tests: "oauth::live_grants" },
  { name: "an address has no limit of attempts", file: "src/request/public_call.rs", from: "let allowed = self.ports.allow(Limit::Address, address).await", to: "let allowed = true", tests: "oauth::unproved" },
  { name: "a request that nothing proves goes on to its last statement", file: "src/oauth/granting.rs", from: "(Some(guard), None)", to: "(None, None)", tests: "oauth::unproved" },
  { name: "a grant that nothing proves notes the use of another's secret", file: "src/oauth/granting.rs", from: "(None, Some(guard))", to: "(None, None)", tests: "secret_uses" },
  { name: "the kept grant of a request is no proof and any is", file: "src/oauth/store/client.rs", from: "NOT EXISTS (SELECT 1 FROM refresh_grants WHERE id = ?2)", to: "NOT EXISTS (SELECT 1 FROM refresh_grants WHERE id IS NOT NULL OR id = ?2)", tests: "oauth::" },

  // What a trusted issuer may say.
  { name: "a trusted issuer names a client type that it may not", file: TOKEN, from: "|types| !types.contains(&client_type)", to: "|types| false && !types.contains(&client_type)", tests: "issuers::" },
  { name: "a trusted issuer's token lives for a year", file: TOKEN, from: "if expires_at.saturating_sub(issued_at.unwrap_or(now)) >", to: "if false && expires_at.saturating_sub(issued_at.unwrap_or(now)) >", tests: "issuers::" },
  { name: "a trusted issuer gives scopes beyond its ceiling", file: TOKEN, from: "scopes = scopes.within(ceiling);", to: "if false { scopes = scopes.within(ceiling); }", tests: "issuers::" },
  { name: "white space around its id gets a blocked client past its block", file: TOKEN, from: " && id.trim() == id", to: "", tests: "issuers::" },
  { name: "a control character in its id gets a blocked client past its block", file: TOKEN, from: " && !id.contains(char::is_control)", to: "", tests: "issuers::" },
  { name: "an id in upper case gets a blocked client past its block", file: TOKEN, from: "canonical(id.to_owned())", to: "id.to_owned()", tests: "issuers::" },

  // Each revocation is later than the one before.
  { name: "a token that a trusted issuer dates ahead by the leeway outlives a revocation", file: "src/db/gate.rs", from: " + COALESCE(?1 ->> 'leeway', 0)", to: "", tests: "oauth::moments tombstones::" },
  { name: "a revocation of a connection comes before the last one of its client", file: CONNECTIONS, from: "FROM clients WHERE id = connections.client_id)", to: "FROM clients WHERE 0)", tests: "oauth::moments" },
  { name: "a revocation of a connection comes before its last one", file: CONNECTIONS, from: "COALESCE(tokens_valid_after, -1) + 1", to: "-1", tests: "oauth::moments" },
  { name: "a revocation of a client comes before the last one of its connections", file: CLIENTS, from: "FROM connections link WHERE link.client_id = clients.id)", to: "FROM connections link WHERE 0)", tests: "oauth::moments" },
  { name: "a revocation of a client comes before its last one", file: CLIENTS, from: "COALESCE(clients.tokens_valid_after, -1) + 1", to: "-1", tests: "oauth::moments" },
];
