// Guards of the token plane: who asks, codes, refresh tokens, how much a grant gives.

const CALLER = "src/oauth/store/caller.rs";
const GRANTS = "src/oauth/store/grants.rs";
const CODES = "src/oauth/store/authorize.rs";
const CLIENT = "src/oauth/store/client.rs";
const SCOPE = "src/oauth/scope.rs";
const HASHES = "src/secrets/imported.rs";
const IMPORTED = "src/oauth/store/imported.rs";
const INTROSPECT = "src/oauth/introspect.rs";

export default [
  // Who asks.
  { name: "a blocked client gets tokens", file: CALLER, from: " AND client.is_blocked = 0\n  AND instr(", to: "\n  AND instr(", tests: "oauth::client_credentials oauth::revocation" },
  { name: "a client authenticates as another", file: CALLER, from: "AND link.client_id = ?1 ->> 'client' ", to: "", tests: "oauth::client_credentials" },
  { name: "a client authenticates by a method that its connection has not", file: CALLER, from: `AND instr(?1 ->> 'methods', '\\"' || link.token_endpoint_auth_method || '\\"') > 0`, to: "", tests: "oauth::assertion oauth::code" },
  { name: "an expired secret gets tokens", file: CALLER, from: "AND (expires_at IS NULL OR expires_at >", to: "AND (1 OR expires_at >", tests: "oauth::client_credentials" },
  { name: "a client without credentials gets tokens of its own", file: "src/oauth/token.rs", from: "if credentials.is_none() {", to: "if false {", tests: "oauth::" },
  { name: "the token endpoint has no limit of attempts", file: "src/oauth/token.rs", from: "call.limit(credentials.client_id()).await?;", to: "", tests: "oauth::" },
  { name: "the header names another client than the body", file: "src/oauth/credentials.rs", from: "client_id.is_some_and(|id| id != client)", to: "client_id.is_some_and(|id| false && id != client)", tests: "oauth::" },
  { name: "two ways of authentication are used at once", file: "src/oauth/credentials.rs", from: ".count() > 1", to: ".count() > 9", tests: "oauth::" },

  { name: "a grant that the settings do not name is given", file: CLIENT, from: "THEN 'ok' ELSE 'grant_type' END", to: "THEN 'ok' ELSE 'ok' END", tests: "oauth::allowed_grants" },
  { name: "a client's own token needs no allowed grant", file: "src/oauth/token.rs", from: 'client.require_grant("client_credentials")?;', to: "", tests: "oauth::allowed_grants" },
  { name: "a code is made for a client that may not exchange it", file: "src/oauth/authorize.rs", from: "if self.grant_allowed == 0 {", to: "if false {", tests: "oauth::allowed_grants" },
  { name: "a code is kept for a client that may not exchange it", file: CODES, from: "grant_allowed!(\"'authorization_code'\"),\n            \" AND consumer", to: "\"1\",\n            \" AND consumer", tests: "oauth::allowed_grants" },
  { name: "a client keeps a grant of its own that it may not use", file: GRANTS, from: "asked_grant_allowed!(),\n            \" AND \",\n", to: "", tests: "oauth::allowed_grants" },
  { name: "a secret of another client is noted as used", file: CLIENT, from: "\"connection_id = (SELECT link.id FROM \", proved!(), \")\"", to: "\"1\"", tests: "oauth::nonce" },
  { name: "a client that may not refresh gets a refresh token", file: "src/oauth/granting.rs", from: ".filter(|_| client.refresh_allowed == 1)", to: "", tests: "oauth::allowed_grants" },
  { name: "a blocked consumer gets tokens", file: CALLER, from: "AND consumer.is_blocked = 0 AND client.is_blocked", to: "AND client.is_blocked", tests: "oauth::blocked_consumer" },
  { name: "a code is kept for a blocked consumer", file: CODES, from: " AND consumer.is_blocked = 0", to: "", tests: "oauth::blocked_consumer" },
  { name: "a code is made for a blocked consumer", file: "src/oauth/authorize.rs", from: "if self.consumer_blocked == Some(1) {", to: "if false {", tests: "oauth::blocked_consumer" },
  { name: "a blocked consumer's tokens open doors", file: "src/db/gate.rs", from: "JOIN clients acting ON acting.id = held.consumer_id AND acting.is_blocked = 0", to: "", tests: "oauth::blocked_consumer" },
  { name: "memory answers a blocked consumer's token", file: "src/mithril/clients/handlers.rs", from: "call.app.memory.standings.forget_all();", to: "", tests: "oauth::blocked_consumer" },
  { name: "a blocked broker's secret is an api-key of calls", file: "src/db/gate.rs", from: " AND broker.is_blocked = 0", to: "", tests: "oauth::blocked_consumer" },
  { name: "a blocked broker's secret is an api-key of refreshes", file: "src/mithril/connections/key_rule.rs", from: " AND holder.is_blocked = 0", to: "", tests: "oauth::blocked_consumer" },
  { name: "the secret of a blocked consumer's connection is an api-key of calls", file: "src/db/gate.rs", from: "JOIN clients acting ON acting.id = link.consumer_id AND acting.is_blocked = 0", to: "", tests: "oauth::blocked_consumer" },
  { name: "the secret of a blocked consumer's connection is an api-key of refreshes", file: "src/mithril/connections/key_rule.rs", from: " AND acting.is_blocked = 0", to: "", tests: "oauth::blocked_consumer" },
  { name: "a refresh token of a blocked client is active", file: CLIENT, from: "SELECT holder.is_blocked = 1 OR ", to: "SELECT ", tests: "oauth::blocked_consumer" },

  // Codes.
  { name: "our own token makes a code", file: "src/oauth/authorize.rs", from: "call.principal.connection_id.is_some() || ", to: "", tests: "oauth::code oauth::grant_rules" },
  { name: "a code is made for a redirect_uri that no connection has", file: CODES, from: " AND link.redirect_uri = ?1 ->> 'redirect_uri'", to: "", tests: "oauth::code oauth::grant_rules" },
  { name: "a code is kept for a blocked client", file: CODES, from: "AND client.is_blocked = 0 AND 1 =", to: "AND 1 =", tests: "oauth::code oauth::grant_rules" },
  { name: "a code is kept for two connections", file: CODES, from: 'AND client.is_blocked = 0 AND 1 = (', to: 'AND client.is_blocked = 0 AND 1 <= (', tests: "oauth::code oauth::grant_rules" },
  { name: "a code of a public connection is kept without a challenge", file: CODES, from: "(link.token_endpoint_auth_method <> 'none' OR ?1 ->> 'challenge' IS NOT NULL)", to: "1", tests: "oauth::code oauth::grant_rules" },
  { name: "a code is kept for more than the type allows", file: CODES, from: "\"ceiling\" = \"kind.scope\",", to: "\"ceiling\" = \"NULL\",", tests: "oauth::code oauth::grant_rules" },
  { name: "a code is kept for more than the broker allows", file: CODES, from: "\"broker\" = broker_scope!(),\n", to: "\"broker\" = \"NULL\",\n", tests: "oauth::" },
  { name: "a code is kept for more than the roles allow", file: CODES, from: "\"roles\" = role_scopes!(\"?1 ->> 'user'\")\n", to: "\"roles\" = \"NULL\"\n", tests: "oauth::code oauth::grant_rules" },
  { name: "a code works twice", file: GRANTS, from: " AND grant_id IS NULL AND code_exp > ?1 ->> 'now' AND redirect_uri", to: " AND code_exp > ?1 ->> 'now' AND redirect_uri", tests: "oauth::code oauth::grant_rules" },
  { name: "an expired code works", file: GRANTS, from: " AND code_exp > ?1 ->> 'now' AND redirect_uri", to: " AND redirect_uri", tests: "oauth::code oauth::grant_rules" },
  { name: "a code works with another redirect_uri", file: GRANTS, from: "AND redirect_uri = ?3 AND", to: "AND ?3 IS NOT NULL AND", tests: "oauth::code oauth::grant_rules" },
  { name: "a code works without its verifier", file: GRANTS, from: "AND code_challenge IS ?4", to: "AND ?4 IS ?4", tests: "oauth::code oauth::grant_rules" },
  { name: "a code works for another connection", file: GRANTS, from: "AND link.id = authorization_codes.connection_id ", to: "", tests: "oauth::code oauth::grant_rules" },
  { name: "a code outlives its connection's redirect_uri", file: GRANTS, from: "AND link.redirect_uri = authorization_codes.redirect_uri ", to: "", tests: "oauth::code oauth::grant_rules" },
  { name: "a code outlives a revocation", file: GRANTS, from: '" < authorization_codes.code_iat AND', to: '" < authorization_codes.code_iat + 1000000 AND', tests: "oauth::" },
  { name: "a code is exchanged against the client's settings", file: GRANTS, from: ' " < authorization_codes.code_iat AND ",\n    asked_grant_allowed!(),\n    " AND EXISTS', to: ' " < authorization_codes.code_iat AND EXISTS', tests: "oauth::allowed_grants" },
  { name: "a code that is shown again leaves what it gave", file: GRANTS, from: "DELETE FROM refresh_grants WHERE id = CASE", to: "DELETE FROM refresh_grants WHERE 0 AND id = CASE", tests: "oauth::code oauth::grant_rules" },
  { name: "anyone's second use of a code ends what it gave", file: GRANTS, from: "\" AND link.number = refresh_grants.connection_number)\"", to: "\")\"", tests: "oauth::code oauth::grant_rules" },

  // Refresh tokens.
  { name: "an expired refresh token works", file: GRANTS, from: "(?4 = 0 OR user_id IS NULL) AND grant_exp > ?1 ->> 'now' AND", to: "(?4 = 0 OR user_id IS NULL) AND", tests: "oauth::refresh oauth::grant_rules" },
  { name: "a refresh token works for another connection", file: GRANTS, from: "AND link.number = refresh_grants.connection_number ", to: "", tests: "oauth::refresh oauth::grant_rules" },
  { name: "a refresh token outlives a revocation", file: GRANTS, from: '" < refresh_grants.grant_iat AND ",', to: '" < refresh_grants.grant_iat + 1000000 AND ",', tests: "oauth::revocation" },
  { name: "a refresh grows beyond its grant", file: GRANTS, from: "\"given\" = \"refresh_grants.scope\"", to: "\"given\" = \"NULL\"", tests: "oauth::refresh oauth::grant_rules" },
  { name: "a refresh grows beyond the user's roles", file: GRANTS, from: "AND ?3 <> '[]' THEN", to: "AND 0 THEN", tests: "oauth::" },
  { name: "a refresh grows beyond the type", file: GRANTS, from: "\"ceiling\" = \"kind.scope\",\n        \"given\"", to: "\"ceiling\" = \"NULL\",\n        \"given\"", tests: "oauth::refresh oauth::grant_rules" },
  { name: "a used refresh token is no reuse", file: GRANTS, from: "(?2 = 0 OR user_id IS NULL) AND NOT \"", to: "(?2 = 0 OR user_id IS NULL) AND 0 AND NOT \"", tests: "oauth::refresh oauth::grant_rules" },
  { name: "a retry is good for ever", file: GRANTS, from: "AND retry_exp > ?1 ->> 'now') AND connection_number", to: ") AND connection_number", tests: "oauth::refresh oauth::grant_rules" },
  { name: "a former token is live for ever", file: CLIENT, from: "\" AND given.retry_exp > ?1 ->> 'now' THEN 'rotated'", to: "\" THEN 'rotated'", tests: "oauth::refresh oauth::grant_rules" },
  { name: "a changed refresh token is recognised", file: "src/oauth/credential.rs", from: "genuine.then(", to: "(genuine || true).then(", tests: "oauth::refresh oauth::grant_rules" },
  { name: "the Endpoint page refreshes without a secret whatever its setting", file: "src/oauth/refresh.rs", from: " && call.app.settings.endpoint_refresh_without_secret", to: "", tests: "oauth::refresh oauth::grant_rules" },

  // How much a grant gives, and from when.
  { name: "a grant exceeds an earlier approval", file: SCOPE, from: "approved.chain([", to: "approved.take(0).chain([", tests: "oauth::refresh oauth::grant_rules" },
  { name: "a grant exceeds the client's type", file: SCOPE, from: "[(ScopeBound::ClientType, &self.ceiling)]", to: "[]", tests: "oauth::client_credentials" },
  { name: "a grant exceeds the broker's scope", file: SCOPE, from: ".chain(broker)", to: "", tests: "oauth::client_credentials" },
  { name: "a grant exceeds the user's roles", file: SCOPE, from: ".chain(roles)", to: "", tests: "oauth::code oauth::grant_rules" },
  { name: "a token that is issued in the second of a revocation is dead", file: "src/oauth/granting.rs", from: ".max(client.after + 1)", to: "", tests: "oauth::revocation" },

  // Revocation and introspection.
  { name: "a client revokes another's access token", file: CLIENT, from: '" AND link.id = ?4 ON CONFLICT', to: '" AND ?4 IS NOT NULL ON CONFLICT', tests: "oauth::revocation" },
  { name: "a client revokes another's grant", file: CLIENT, from: "AND connection_number = (SELECT link.number FROM \",\n    caller!(),\n    \")\"\n);\n\n///", to: "AND EXISTS (SELECT link.number FROM \",\n    caller!(),\n    \")\"\n);\n\n///", tests: "oauth::revocation" },
  { name: "a client is told of another's access token", file: INTROSPECT, from: "is_live && may_know(&principal.client_id, consumer.as_deref())", to: "is_live && (true || may_know(&principal.client_id, consumer.as_deref()))", tests: "oauth::revocation" },
  { name: "a client is told of another's refresh token", file: INTROSPECT, from: " && may_know(&grant.owner, Some(&grant.consumer))", to: " && (true || may_know(&grant.owner, Some(&grant.consumer)))", tests: "oauth::revocation" },
  { name: "a revoked access token is active", file: INTROSPECT, from: "answer.refusal.is_none() && ", to: "", tests: "oauth::revocation" },
  { name: "an expired access token is active", file: INTROSPECT, from: " && principal.expires_at > now", to: "", tests: "oauth::revocation" },
  { name: "an ended grant is active", file: INTROSPECT, from: " && grant.ended == 0", to: "", tests: "oauth::revocation" },
  { name: "introspection answers callers without credentials", file: INTROSPECT, from: "if credentials.is_none() {", to: "if false {", tests: "oauth::code" },

  // Imported hashes.
  { name: "any secret fits an imported hash", file: HASHES, from: "one.len() == other.len() && one.iter()", to: "one.len() == other.len() || one.iter()", tests: "imported_secrets" },
  { name: "wrong secrets are compared with an imported hash without end", file: "src/oauth/imported.rs", from: "if !call.app.memory.misses.may_try(&attempt, caller.now) {", to: "if false {", tests: "imported_secrets" },
  { name: "a wrong secret is not counted", file: "src/oauth/imported.rs", from: "call.app.memory.misses.missed(&attempt, caller.now);", to: "", tests: "imported_secrets" },
  { name: "bcrypt of any cost is computed", file: HASHES, from: ".filter(|cost| COSTS.contains(cost))", to: "", tests: "imported" },
  { name: "PBKDF2 of any number of iterations is computed", file: HASHES, from: ".filter(|count| (1..=MAX_ROUNDS).contains(count))", to: "", tests: "imported" },
  { name: "more than four imported hashes are computed", file: IMPORTED, from: "\n  LIMIT 4)", to: ")", tests: "imported_secrets" },
  { name: "an imported hash of a blocked client is computed", file: IMPORTED, from: " AND client.is_blocked = 0", to: "", tests: "imported_secrets" },
  { name: "an expired imported hash is computed", file: IMPORTED, from: 'secret_counts!("secret.expires_at", "?1 ->> \'now\'")', to: '"1"', tests: "imported_secrets" },
  { name: "an imported hash stays after its first use", file: IMPORTED, from: ", imported_hash = NULL", to: "", tests: "imported_secrets" },
];
