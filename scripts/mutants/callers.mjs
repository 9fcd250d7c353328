// Guards against callers: the token, its scope, the own-client rule, and what the database says of the caller.

const SQL = "src/db/gate.rs";
const TOKEN = "src/auth/token.rs";
const JWT = "src/auth/jwt.rs";
const ACCESS = "src/auth/access.rs";
const ASSERTION = "src/auth/assertion.rs";
const STANDINGS = "src/memory/standings.rs";

// Not here, because nothing can tell it apart: the age of a key set in `find_remote_key`. `RemoteSet::find` compares it too.
export default [
  // The word of the gate.
  { name: "a blocked client's token of a trusted issuer is live", file: SQL, from: "WHERE is_blocked = 1 OR tokens_valid_after", to: "WHERE tokens_valid_after", tests: "gate::" },
  { name: "a trusted issuer's token outlives a revocation", file: SQL, from: " OR tokens_valid_after + COALESCE(?1 ->> 'leeway', 0) >= COALESCE(?1 ->> 'iat', 0)", to: "", tests: "gate::" },
  { name: "a blocked client's token of ours is live", file: SQL, from: " AND holder.is_blocked = 0", to: "", tests: "gate::" },
  { name: "our token outlives a revocation of its client's tokens", file: SQL, from: "COALESCE(holder.tokens_valid_after, -1) < ?1 ->> 'iat'", to: "1", tests: "gate::" },
  { name: "our token outlives a revocation of its connection's tokens", file: SQL, from: "COALESCE(held.tokens_valid_after, -1) < ?1 ->> 'iat'", to: "1", tests: "gate::" },
  { name: "our token outlives its own revocation", file: SQL, from: "NOT EXISTS (SELECT 1 FROM revoked_tokens WHERE jti = ?1 ->> 'jti')", to: "1", tests: "oauth::revocation gate::" },
  { name: "our token outlives its grant", file: SQL, from: "?1 ->> 'grant' IS NULL OR EXISTS (", to: "1 OR EXISTS (", tests: "oauth::revocation gate::" },
  { name: "our token outlives its connection", file: SQL, from: "held.id = ?1 ->> 'connection' AND held.client_id = ?1 ->> 'client' AND ", to: "held.client_id = ?1 ->> 'client' AND ", tests: "gate::" },
  { name: "our token is good with another client's connection", file: SQL, from: " AND held.client_id = ?1 ->> 'client'", to: "", tests: "gate::" },
  { name: "a client of any type may name another client", file: SQL, from: "ELSE 'foreign' END", to: "ELSE 'ok' END", tests: "gate::" },
  { name: "a type that nobody knows may name another client", file: SQL, from: "'own') <> 'any'", to: "'any') <> 'any'", tests: "gate::" },
  { name: "the broker rule does not ask for a key", file: SQL, from: "THEN 'api_key_required'", to: "THEN 'ok'", tests: "gate::" },
  { name: "the broker rule takes a key that nobody has", file: SQL, from: "'api_key_invalid') END", to: "'ok') END", tests: "gate::" },
  { name: "the broker rule takes an expired key", file: SQL, from: "AND (secret.expires_at IS NULL", to: "AND (1", tests: "secret_uses gate::" },
  { name: "the broker rule takes a broker without a scope", file: SQL, from: "THEN 'broker_settings'", to: "THEN 'ok'", tests: "gate::" },
  { name: "the broker rule does not compare the broker's scope", file: SQL, from: "THEN 'broker_scope'", to: "THEN 'ok'", tests: "gate::" },
  { name: "the broker rule takes a client without an access type", file: SQL, from: "ELSE 'access_type' END", to: "ELSE 'ok' END", tests: "gate::" },
  { name: "a word that no constraint names is let in", file: "schema.sql", from: "CONSTRAINT gate_unknown CHECK (0)", to: "CONSTRAINT gate_unknown CHECK (1)", tests: "gate::" },
  { name: "the table of refusals takes the word revoked", file: "schema.sql", from: "CHECK (word <> 'revoked')", to: "CHECK (1)", tests: "gate::" },
  { name: "an empty answer of the gate lets the caller in", file: "src/auth/answer.rs", from: 'if word == "ok"', to: 'if word == "ok" || word.is_empty()', tests: "gate:: faults" },
  { name: "our token is held to the rule of trusted issuers", file: "src/auth/gate.rs", from: "is_ours: self.connection.is_some()", to: "is_ours: false", tests: "oauth::revocation" },

  // Scope, own client, API key: before the database.
  { name: "a scope of Mithril is not checked", file: ACCESS, from: "_ if scopes.iter().all(|scope| principal.scopes.holds(scope)) => {}", to: "_ if true => {}", tests: "refusals" },
  { name: "a scope of Endpoint is not checked", file: ACCESS, from: "if enough { Ok(()) }", to: "if true || enough { Ok(()) }", tests: "refusals" },
  { name: "the scopes of two Endpoint roles are added up", file: ACCESS, from: "of_one_role.into_iter().all(holds)", to: "of_one_role.into_iter().any(holds)", tests: "endpoint_access" },
  { name: "a path may name another client", file: ACCESS, from: "Access::OwnClient(_) => first_param != principal.client_id,", to: "Access::OwnClient(_) => false,", tests: "matrix" },
  { name: "an own client reaches the administration", file: ACCESS, from: "Access::AnyClient(_) | Access::Unbounded(_) => true,", to: "Access::AnyClient(_) | Access::Unbounded(_) => false,", tests: "matrix" },
  { name: "a remembered context own lets other clients through", file: ACCESS, from: "Some(Context::Any) => {}", to: "Some(_) => {}", tests: "foundation matrix" },
  { name: "a revoked caller is told 403 before 401", file: ACCESS, from: "if app.memory.standings.is_known_live(principal, ports.now())", to: "if true", tests: "order standing foundation" },
  { name: "the broker rule is never asked", file: ACCESS, from: "app.settings.api_key_rule == ApiKeyRule::Broker && ", to: "false && ", tests: "secret_uses order" },
  { name: "a made-up client type is written to KV", file: ACCESS, from: "if context.is_some() {", to: "if true {", tests: "standing" },

  // Access tokens.
  { name: "a token of more than 8 KiB is read", file: "src/auth/bearer.rs", from: "if token.len() > MAX_TOKEN_BYTES {", to: "if false {", tests: "tokens::" },
  { name: "the type of a token is not checked", file: "src/auth/bearer.rs", from: "unverified.check_type(issuer)?;", to: "", tests: "tokens::" },
  { name: "the signature of a token is not checked", file: "src/auth/bearer.rs", from: "if let Err(refusal) = unverified.check_signature(ports, &known.key).await {", to: "if let Err(refusal) = Ok::<(), TokenRefusal>(()) {", tests: "refusals::no_route_answers_a_token_that_is_not_valid" },
  { name: "a token is accepted that the issuer's new key has not signed", file: "src/auth/bearer.rs", from: "unverified.check_signature(ports, &known.key).await?;", to: "", tests: "token_keys" },
  { name: "the algorithm of a token is not the key's", file: JWT, from: "if self.token.algorithm() != key.algorithm.name() {", to: "if false {", tests: "tokens::" },
  { name: "the MAC of a token is not compared", file: JWT, from: "hmac_matches(secret, self.signed, signature)", to: "{ let _ = secret; true }", tests: "tokens::" },
  { name: "a signature of another size is handed to the platform", file: JWT, from: "Algorithm::Es256 | Algorithm::EdDsa => signature.len() == 64,", to: "Algorithm::Es256 | Algorithm::EdDsa => true,", tests: "tokens::" },
  { name: "an extension that a token calls critical is ignored", file: JWT, from: "if crit.is_some() || ", to: "if ", tests: "jwt:: tokens::" },
  { name: "a payload that is not base64url is read as base64url", file: JWT, from: "if crit.is_some() || b64.is_some() {", to: "if crit.is_some() {", tests: "jwt:: tokens::" },
  { name: "an expired token is accepted", file: JWT, from: ".map_err(|_| TokenRefusal::Expired)?;", to: ".ok();", tests: "tokens::" },
  { name: "a token is accepted before its nbf", file: JWT, from: "if times.not_before.is_some() && ", to: "if false && ", tests: "tokens::" },
  { name: "a token is accepted before its iat", file: JWT, from: "times.issued_at.is_some_and(|issued_at| issued_at > latest)", to: "false", tests: "tokens::" },
  { name: "a token for another audience is accepted", file: TOKEN, from: "if !claims.aud.is_some_and(", to: "if false && !claims.aud.is_some_and(", tests: "tokens::" },
  { name: "our token without a connection is accepted", file: TOKEN, from: "Some(claims.connection_id.ok_or(TokenRefusal::Claims)?)", to: "claims.connection_id", tests: "tokens::" },
  { name: "a token without sub, jti or iat is accepted", file: TOKEN, from: "&& !complete {", to: "&& false && !complete {", tests: "tokens::" },
  { name: "a token with an empty client id is accepted", file: TOKEN, from: "!id.is_empty() && ", to: "", tests: "tokens::" },
  { name: "a remembered token never ends", file: "src/memory/tokens.rs", from: "(now < principal.remember_until && ", to: "(", tests: "tokens::" },
  { name: "a remembered token outlives its key", file: "src/memory/tokens.rs", from: " && key.strong_count() > 0).then(", to: " && { let _ = key; true }).then(", tests: "token_keys" },
  { name: "another key under the same name is the same key", file: "src/memory/key_sets.rs", from: "***known == key)", to: "known.kid == key.kid)", tests: "token_keys" },
  { name: "a key that stayed is forgotten with its tokens", file: "src/memory/key_sets.rs", from: ".cloned().unwrap_or_else(|| Rc::new(key))", to: ".map_or_else(|| Rc::new(key.clone()), |known| Rc::new((**known).clone()))", tests: "token_keys" },
  { name: "another key under a name is found ten minutes later", file: "src/auth/remote.rs", from: "Box::pin(fetch_or_wait(ports, &set, uri, now)).await;", to: "let _ = uri;", tests: "token_keys" },
  { name: "a key that is not for verifying verifies", file: "src/identity/keys.rs", from: 'if jwk.is_for("verify") { Self::read(jwk) } else {', to: 'if true { Self::read(jwk) } else {', tests: "token_keys" },
  { name: "a token is remembered after its key was taken out", file: "src/memory/key_sets.rs", from: "good_until: fetched_at + MAX_AGE_SECONDS", to: "good_until: i64::MAX", tests: "key_sets" },
  { name: "every forged token makes us fetch the key set", file: "src/memory/key_sets.rs", from: "let may = !cooling(&self.forced_at);", to: "let may = true;", tests: "key_sets" },

  // What an isolate remembers of callers.
  { name: "a client's standing never ends", file: STANDINGS, from: "seen.is_fresh(now) && seen.value", to: "seen.value", tests: "standing" },
  { name: "a client's standing counts for older tokens", file: STANDINGS, from: " && seen.value <= issued_at(principal)", to: "", tests: "standing" },
  { name: "a client's standing counts for our tokens that were not confirmed", file: STANDINGS, from: "is_client_live && (principal.connection_id.is_none() || was_seen_live(principal, now))", to: "is_client_live", tests: "standing" },
  { name: "a client's standing outlives a refusal", file: STANDINGS, from: "self.forget(&principal.client_id);", to: "", tests: "standing" },
  { name: "a later token's word takes from an earlier one's", file: STANDINGS, from: "Some(known) if known.value < seen.value && known.is_fresh(now) => {}", to: "", tests: "standing" },
  { name: "a copy from the future counts", file: "src/memory/fresh.rs", from: "(0..FRESH_SECONDS).contains(&age)", to: "age < FRESH_SECONDS", tests: "faults" },

  // Assertions of clients.
  { name: "an access token passes for an assertion", file: ASSERTION, from: "if !matches!(jwt.typ()", to: "if false && !matches!(jwt.typ()", tests: "oauth::assertion" },
  { name: "an assertion may come from another issuer", file: ASSERTION, from: "id::canonical(claims.iss.clone()) != client_id || ", to: "", tests: "oauth::assertion" },
  { name: "an assertion for another audience is accepted", file: ASSERTION, from: "if !audiences.iter().any(", to: "if false && !audiences.iter().any(", tests: "oauth::assertion" },
  { name: "an assertion may live for a year", file: ASSERTION, from: "if end > now + max_lifetime + leeway {", to: "if false {", tests: "oauth::assertion" },
  { name: "an assertion works twice", file: "src/oauth/store/client.rs", from: "INSERT INTO used_assertions", to: "INSERT OR IGNORE INTO used_assertions", tests: "oauth::assertion" },
  { name: "an assertion is good with a key that is no longer registered", file: "src/oauth/store/caller.rs", from: "AND json_extract(jwk.value, ", to: "AND 1 OR json_extract(jwk.value, ", tests: "oauth::assertion credentials" },
  { name: "an assertion is good with another key of the registered name", file: "src/oauth/store/caller.rs", from: "$.kid', '$.kty', '$.crv', '$.x', '$.y', '$.n', '$.e')\n        = json_extract(?1 ->> 'key', '$.kid', '$.kty', '$.crv', '$.x', '$.y', '$.n', '$.e')", to: "$.kid') = json_extract(?1 ->> 'key', '$.kid')", tests: "oauth::assertion" },
  { name: "a key is not found at a connection that was made anew", file: "src/oauth/store/caller.rs", from: 'by_key!("held.client_id = ?1 ->> \'client\'"),', to: 'by_key!("0"),', tests: "oauth::assertion" },
  { name: "a new key waits until its client's keys are forgotten", file: "src/oauth/assertion.rs", from: "if signer.is_none() {", to: "if signer.is_none() && remembered.is_empty() {", tests: "oauth::assertion" },
  { name: "a used assertion is forgotten with its leeway", file: "src/oauth/store/client.rs", from: "WHERE assertion_exp < ?1 - 600", to: "WHERE assertion_exp < ?1 + 60", tests: "oauth::assertion" },
];
