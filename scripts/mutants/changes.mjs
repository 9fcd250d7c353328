// Guards of every change and every request: the batch, conditions, idempotency keys, bodies, headers, faults.

const CHANGE = "src/request/change.rs";
const CALL = "src/request/call.rs";
const CONDITIONS = "src/request/conditions.rs";
const REPLAY = "src/request/replay.rs";
const CLAIM = "src/request/idempotency/claim.rs";
const KEYS = "src/request/idempotency/store.rs";
const BODY = "src/http/body.rs";

// Not here, because nothing can tell them apart: the note of an api-key before the guard in place of behind it. The batch
// of a refused caller is rolled back either way. And the row's id in the key of a sealed secret: AES-GCM authenticates the id
// too, so that one of the two is enough.
export default [
  // The guard.
  { name: "a refused caller's batch goes on", file: CHANGE, from: "statements.push(self.gate.guard());", to: "", tests: "refusals matrix" },
  { name: "a refused caller is told what it reads", file: CALL, from: "Some(refusal) => Err(refusal.failure()),", to: "Some(_) => Ok(rows.next().flatten()),", tests: "matrix refusals" },
  { name: "a read that notes a key runs without the guard", file: CALL, from: "[self.gate.guard(), note]", to: "[self.gate.ask(), note]", tests: "secret_uses" },
  { name: "the guard stands before the claim of an idempotency key", file: CHANGE, from: "let mut statements = Vec::with_capacity(8);", to: "let mut statements = vec![self.gate.guard()];", tests: "idempotency_lost" },
  { name: "a refusal is told before the gate is asked", file: "src/lib.rs", from: "Err(call.refuse(failure).await)", to: "Err(failure)", tests: "order" },
  { name: "a refusal is told while the gate has questions", file: CALL, from: "access::would_admit(self.app, self.ports, &self.gate)", to: "true", tests: "standing" },
  { name: "an audit row is written when nothing changed", file: "src/request/audit_record.rs", from: " WHERE changes() > 0", to: "", tests: "audit foundation" },
  { name: "the audit's numbers begin anew when its rows are removed", file: "src/request/audit_record.rs", from: "(SELECT seq FROM audit_head WHERE id = 1), 0)", to: "0)", tests: "audit::the_numbers" },
  { name: "a search by time reads the whole audit", file: "src/mithril/audit/store.rs", from: 'if list.has("from") { "1" } else', to: 'if list.has("to") && list.has("seq") { "1" } else', tests: "audit::a_time" },
  { name: "a row whose clock was behind is not found by its time", file: "src/mithril/audit/store.rs", from: "'-60 seconds'", to: "'+0 seconds'", tests: "audit::rows_whose" },
  { name: "a row whose clock was ahead is not found by its time", file: "src/mithril/audit/store.rs", from: "'+60 seconds'", to: "'+0 seconds'", tests: "audit::rows_whose" },

  // Conditions.
  { name: "a change is made although its condition does not hold", file: CHANGE, from: "statements.push(conditions.guard(record));", to: "let _ = conditions.guard(record);", tests: "conditions::a conditions::w" },
  { name: "the table of preconditions takes a row", file: "schema.sql", from: "CHECK (failed = 0)", to: "CHECK (1)", tests: "conditions::a conditions::w" },
  { name: "a condition turns 404 into 412", file: CONDITIONS, from: "(tag IS NOT NULL OR {may_be_new}) AND ", to: "", tests: "conditions::a conditions::w" },
  { name: "a weak tag matches If-Match", file: CONDITIONS, from: "if comparison == Comparison::Weak || !is_weak {", to: "if comparison == Comparison::Weak || is_weak || true {", tests: "conditions::a conditions::w" },
  { name: "a read ignores If-Match", file: CONDITIONS, from: ".is_some_and(|tags| !tags.hold(tag))", to: ".is_some_and(|_| false)", tests: "conditions::a conditions::w" },
  { name: "a read ignores If-None-Match", file: CONDITIONS, from: ".is_some_and(|tags| tags.hold(tag))", to: ".is_some_and(|_| false)", tests: "conditions::a conditions::w" },
  { name: "a change without a condition is never 428", file: "src/lib.rs", from: "&& of_one_record && ", to: "&& false && of_one_record && ", tests: "conditions::a conditions::w" },

  // Idempotency keys.
  { name: "a refusal is kept under its key", file: CHANGE, from: "let release = claim.map(|claim| store::release(&claim.id));", to: "let release = claim.map(|claim| store::release(&claim.id)).filter(|_| false);", tests: "idempotency::" },
  { name: "a key answers another request", file: REPLAY, from: "if fingerprint != Some(claim.fingerprint()) {", to: "if false {", tests: "idempotency::" },
  { name: "a key answers another body", file: CLAIM, from: "self.body.set(sha256(body));", to: "let _ = body;", tests: "idempotency::" },
  { name: "a key answers another user of the client", file: CLAIM, from: ", &principal.subject]", to: "]", tests: "idempotency::" },
  { name: "a key answers another client", file: CLAIM, from: "[&principal.client_id, ", to: '["", ', tests: "idempotency::" },
  { name: "a repeated call is answered without the gate", file: REPLAY, from: "self.read(store::find(&claim.id, self.now()))", to: "self.trips.read_one(self.ports, store::find(&claim.id, self.now()))", tests: "idempotency" },
  { name: "a revoked caller is answered by another call's row", file: KEYS, from: "WHERE id = ?1 AND secret = ?2", to: "WHERE id = ?1 AND ?2 IS NOT NULL", tests: "idempotency" },
  { name: "a key is forgotten before its day is over", file: KEYS, from: "id = ?1 AND key_exp <= ?2", to: "id = ?1 AND ?2 IS NOT NULL", tests: "idempotency" },
  { name: "a key never ends", file: KEYS, from: "id = ?1 AND key_exp <= ?2", to: "0 AND id = ?1 AND key_exp <= ?2", tests: "idempotency" },
  { name: "two calls run under one key at once", file: "src/memory/running.rs", from: "if all.iter().any(", to: "if false && all.iter().any(", tests: "idempotency_running" },
  { name: "a call that leaves late removes another call's entry", file: "src/memory/running.rs", from: " || *over_at != self.over_at", to: "", tests: "idempotency_running" },
  { name: "a key may be of control characters", file: "src/request/idempotency/header.rs", from: "Some(key) if is_sane(key) =>", to: "Some(key) =>", tests: "idempotency_header" },
  { name: "two keys at once are taken", file: "src/request/idempotency/header.rs", from: "if one != other =>", to: "if false && one != other =>", tests: "idempotency_header" },

  // Faults.
  { name: "a change is asked again after a lost answer", file: "src/request/round_trips.rs", from: "(retry == Retry::Once).then(|| batch.clone())", to: "{ let _ = retry; Some(batch.clone()) }", tests: "faults" },
  { name: "there is no random pause before the second attempt", file: "src/request/round_trips.rs", from: "20 + u32::from(byte[0] >> 2)", to: "20", tests: "faults" },
  { name: "a change starts its session at a replica", file: "src/http/replicas.rs", from: "_ if !matches!(request.method, Method::Get | Method::Head) => PRIMARY,", to: "", tests: "" },
  { name: "a second wait of one request hangs", file: "src/base/single_wait.rs", from: "Some(_) if self.operation.borrow().is_some() =>", to: "Some(_) if false =>", tests: "" },

  // What memory answers, and the tags of records.
  { name: "a role is answered from memory for ever", file: "src/mithril/roles/cache.rs", from: ".filter(|known| known.is_fresh(call.now()))", to: ".filter(|_| true)", tests: "foundation roles" },
  { name: "the older of two changes stays in memory", file: "src/mithril/roles/cache.rs", from: "version(&known.value) > version(&role)", to: "version(&known.value) < version(&role)", tests: "roles" },
  { name: "a copy outlives the 412 that it caused", file: "src/mithril/roles/handlers.rs", from: "cache::forget(call, id);", to: "", tests: "roles" },
  { name: "a deleted role is answered from memory", file: "src/mithril/roles/handlers.rs", from: "cache::forget(call, &id);", to: "", tests: "roles" },
  { name: "what a repeat says of the past reaches memory", file: "src/mithril/roles/handlers.rs", from: "(&changed.outcome, changed.is_replay)", to: "(&changed.outcome, false)", tests: "idempotency::what" },
  { name: "a new record has the tag of a former one", file: "src/db/sql.rs", from: "(SELECT COALESCE(MAX(seq), 0) + 1 FROM audit)", to: "1", tests: "entity_tags" },
  { name: "a client keeps its tag when its type changes", file: "src/mithril/clients/store.rs", from: "version || '-' || (SELECT type.version FROM client_types type WHERE type.id = client_type_id)", to: "version", tests: "entity_tags" },
  { name: "the route of another method is taken", file: "src/routes/router.rs", from: "if route.method == wanted {", to: "if true {", tests: "refusals" },
  { name: "a token request reads all connections of a client", file: "schema.sql", from: "CREATE INDEX connections_public ON connections (client_id) WHERE token_endpoint_auth_method = 'none';", to: "", tests: "plans::a_token" },

  // Bodies, headers, names.
  { name: "a body is read beyond its limit", file: BODY, from: "ports.body(limit)", to: "ports.body(usize::MAX)", tests: "bad_input::a_body" },
  { name: "a declared length beyond the limit is not refused", file: BODY, from: "declared.is_some_and(|length| length > limit)", to: "declared.is_some_and(|length| false && length > limit)", tests: "bad_input::a_body" },
  { name: "a body of another media type is read", file: BODY, from: "media_type.is_some_and(|media_type| !is_json(media_type))", to: "media_type.is_some_and(|media_type| false && !is_json(media_type))", tests: "bad_input order" },
  { name: "a member that occurs twice is taken", file: "src/base/json_value.rs", from: 'return Err(A::Error::custom("a member is there twice"));', to: "members.next_value::<serde::de::IgnoredAny>()?;\n                continue;", tests: "bad_input" },
  { name: "a member of a token that occurs twice is taken", file: "src/base/members.rs", from: "if list.iter().any(|(known, _)| *known == name) {", to: "if false {", tests: "jwt::" },
  { name: "an issuer may have members that nobody knows", file: "src/settings/issuers.rs", from: ".filter(|members| members.are_among(&MEMBERS))", to: "", tests: "issuers::" },
  { name: "a text may mix two alphabets of base64", file: "src/base/base64url.rs", from: "!is_padded || is_mixed {", to: "!is_padded || is_mixed && false {", tests: "" },
  { name: "padding of any length is passed over", file: "src/base/base64url.rs", from: "padding <= 2 && text.len().is_multiple_of(4)", to: "true", tests: "" },
  { name: "an Extra may have members that nobody knows", file: "src/endpoint/engine/relation/extra.rs", from: "if !members.are_among(&names) {", to: "if false {", tests: "endpoint_relations endpoint_validation" },
  { name: "a header of an answer may hold a line break", file: "src/http/response.rs", from: "value.contains(['\\r', '\\n', '\\0'])", to: "value.contains('\\0')", tests: "" },
  { name: "a request id of any kind is echoed", file: "src/lib.rs", from: ".filter(sane)", to: ".filter(|id| sane(id) || true)", tests: "headers" },
  { name: "any origin may read answers", file: "src/http/cors.rs", from: ".filter(|origin| origins.allow(origin))", to: ".filter(|origin| origins.allow(origin) || true)", tests: "headers" },
  { name: "an id in base64 may hold NUL", file: "src/endpoint/engine/lookup.rs", from: ".filter(|text| !text.contains('\\0'))", to: "", tests: "" },
  { name: "a redirect_uri may have dot segments", file: "src/mithril/connections/redirect_uri.rs", from: "} else if has_dot_segments(tail) {", to: "} else if false && has_dot_segments(tail) {", tests: "bad_input_uris" },
  { name: "a redirect_uri may have a broken escape", file: "src/mithril/connections/redirect_uri.rs", from: "} else if !has_whole_escapes(tail) {", to: "} else if false && !has_whole_escapes(tail) {", tests: "bad_input_uris" },
  { name: "a key of few bytes verifies tokens", file: "src/identity/keys.rs", from: "if secret.len() < HMAC_MIN_BYTES {", to: "if false {", tests: "" },
];
