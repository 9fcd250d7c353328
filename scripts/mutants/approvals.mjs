// Guards of approvals, of what users see of themselves, of logout and nonce, and of reusable refresh tokens.

const APPROVALS = "src/mithril/approvals/store.rs";
const USERS = "src/mithril/users/store.rs";
const GATE = "src/db/gate.rs";
const CODES = "src/oauth/store/authorize.rs";
const GRANTS = "src/oauth/store/grants.rs";
const REFRESH = "src/oauth/refresh.rs";
const LOGOUT = "src/oauth/store/logout.rs";
const NONCE = "src/oauth/nonce.rs";
const SECRETS = "src/mithril/connections/secret_store.rs";

export default [
  // Whose it is.
  { name: "a client is taken for a user", file: "src/identity/principal.rs", from: "!subject.is_empty() && *subject != self.client_id", to: "!subject.is_empty()", tests: "approvals" },
  { name: "a token that names nobody is taken for a user's", file: "src/identity/principal.rs", from: "!subject.is_empty() && *subject != self.client_id", to: "*subject != self.client_id", tests: "approvals" },
  { name: "a route about a user lets in a token without one", file: "src/auth/access.rs", from: "&& principal.user().is_none()", to: "&& false", tests: "approvals" },
  { name: "a user lists the approvals of all", file: APPROVALS, from: "always: &[\"user_id = ?1 ->> 'user_id'\"]", to: "always: &[\"?1 ->> 'user_id' IS NOT NULL\"]", tests: "approvals" },
  { name: "a user sees another's approval", file: APPROVALS, from: 'FROM approvals WHERE id = ?1 AND user_id = ?2");', to: 'FROM approvals WHERE id = ?1 AND ?2 IS NOT NULL");', tests: "approvals" },
  { name: "a user deletes another's approval", file: APPROVALS, from: "DELETE FROM approvals WHERE id = ?1 AND user_id = ?2 RETURNING", to: "DELETE FROM approvals WHERE id = ?1 AND ?2 IS NOT NULL RETURNING", tests: "approvals" },
  { name: "another's approval is said to be deleted", file: "src/mithril/approvals/handlers.rs", from: "Some(DeleteFacts { own: 1 }) =>", to: "Some(DeleteFacts { own: 0 | 1 }) =>", tests: "approvals" },
  { name: "a client sees a user's roles at other clients", file: USERS, from: "(client_id IS NULL OR client_id = ?1 ->> 'own'", to: "(?1 ->> 'own' IS NOT NULL", tests: "own_user" },
  { name: "of two accounts with one id, one is shown", file: USERS, from: "AND 1 = (SELECT count(*) FROM endpoint_users one", to: "AND 1 <= (SELECT count(*) FROM endpoint_users one", tests: "own_user" },

  // What lives by an approval.
  { name: "an approval is kept for a refused request", file: CODES, from: 'stored_time!("?5"),\n    " FROM ",\n    granting_connection!(),', to: 'stored_time!("?5"),\n    " FROM connections link JOIN clients client ON client.id = link.client_id JOIN client_types kind ON kind.id = client.client_type_id JOIN clients consumer ON consumer.id = link.consumer_id WHERE ?2 IS NOT NULL AND ",\n    fitting_connections!(),', tests: "approvals" },
  { name: "an approval keeps what the type no longer allows and loses what it had", file: CODES, from: "\"approvals.scope || ' ' || excluded.scope\"", to: '"excluded.scope"', tests: "approvals" },
  { name: "an access token outlives its approval", file: GATE, from: "AND (approval_id IS NULL OR EXISTS (", to: "AND (1 OR EXISTS (", tests: "oauth::reusable" },
  { name: "a code outlives its approval", file: GRANTS, from: 'approved!("authorization_codes"),', to: '"1",', tests: "oauth::reusable" },
  { name: "a grant begins before its code", file: GRANTS, from: "MAX(?1 ->> 'now', code.code_iat)", to: "?1 ->> 'now'", tests: "oauth::" },
  { name: "a grant does not know its approval", file: GRANTS, from: "?4, code.approval_id\nFROM", to: "?4, NULL\nFROM", tests: "oauth::reusable" },
  { name: "a reusable refresh token outlives its approval", file: REFRESH, from: "} else if self.withdrawn == 1 {", to: "} else if false {", tests: "oauth::reusable" },
  { name: "a refresh token without its approval is active", file: "src/oauth/introspect.rs", from: "&& grant.withdrawn == 0", to: "", tests: "oauth::reusable" },

  // Refresh tokens that are good many times.
  { name: "a client that does not authenticate has a reusable refresh token", file: REFRESH, from: "&& caller.proof != Proof::Presented", to: "", tests: "oauth::reusable" },
  { name: "refresh tokens are reusable whatever the setting", file: REFRESH, from: "&& call.app.settings.mithril_refresh == MithrilRefresh::Reusable", to: "&& call.app.settings.mithril_refresh != MithrilRefresh::Rotate || address == Address::Mithril", tests: "oauth::reusable" },
  { name: "a client's own refresh token is reusable", file: REFRESH, from: "is_reusable && grant.user.is_some()", to: "is_reusable", tests: "oauth::reusable" },
  { name: "a replaced refresh token is reusable", file: REFRESH, from: "(is_reusable && self.state != GrantState::Live)", to: "false", tests: "oauth::reusable" },
  { name: "a use of a reusable refresh token ends its grant", file: GRANTS, from: "(?2 = 0 OR user_id IS NULL) AND NOT ", to: "(?2 = 0 OR ?2 = 1) AND NOT ", tests: "oauth::reusable" },

  // Logout.
  { name: "the logout of a trusted issuer's token ends nothing", file: GATE, from: "OR EXISTS (SELECT 1 FROM revoked_tokens WHERE jti = ?1 ->> 'jti')\"", to: '"', tests: "oauth::logout" },
  { name: "a logout ends the grants of others", file: LOGOUT, from: "DELETE FROM refresh_grants WHERE id = ?1 AND connection_number = ", to: "DELETE FROM refresh_grants WHERE ?1 IS NOT NULL AND connection_number = ", tests: "oauth::logout" },
  { name: "a token lives again after its end, in the leeway", file: "src/oauth/store/client.rs", from: "WHERE token_exp < ?1 - 600", to: "WHERE token_exp < ?1", tests: "oauth::logout" },
  { name: "tokens of one issuer without an id are one", file: "src/auth/token.rs", from: "sha256_text(self.jwt.signed())", to: 'sha256_text("")', tests: "oauth::logout" },

  // Nonce.
  { name: "a nonce is an access token", file: NONCE, from: '"nonce+jwt"', to: '"at+jwt"', tests: "oauth::nonce" },
  { name: "a client of the trusted type needs no secret for a nonce", file: NONCE, from: "if is_trusted && !has_secret {", to: "if false {", tests: "oauth::nonce" },
  { name: "any secret is good for a nonce", file: NONCE, from: "if is_trusted && facts.proved == 0 {", to: "if false {", tests: "oauth::nonce" },
  { name: "a blocked client gets a nonce", file: NONCE, from: "if facts.blocked == 1 {", to: "if false {", tests: "oauth::nonce" },
  { name: "nonces have no limit of attempts", file: NONCE, from: "call.limit(&client_id).await?;", to: "", tests: "oauth::nonce" },

  // The older refresh of a client's secret, and the documented form.
  { name: "the older refresh reaches another connection", file: SECRETS, from: '"client_id = ?1 AND consumer_id = ?2 AND "', to: '"client_id = ?1 AND ?2 IS NOT NULL AND "', tests: "connection_fields" },
  { name: "a consumer refreshes the client's own secret", file: SECRETS, from: 'consumer_id = ?2 AND ", within_reach!("?3")', to: 'consumer_id = ?2 AND ?3 IS ", "?3"', tests: "connection_fields" },
  { name: "the documented form has the times", file: "src/mithril/connections/shown.rs", from: "Self { inserted_at: None, updated_at: None, ..self }", to: "self", tests: "connection_fields" },
];
