// Access reviews: what they list, who decides, and what a decision does.

const SNAPSHOT = "src/reviews/snapshot.rs";
const STORE = "src/reviews/store.rs";
const DECISION = "src/reviews/decision.rs";
const CLOSING = "src/reviews/closing.rs";
const EXPORT = "src/reviews/export.rs";

export default [
  { name: "a consumer that acts for an administration reads reviews", file: "src/auth/access.rs", from: "gate.ask_consumer();", to: "", tests: "reviews::taking" },
  { name: "a review is of two things at once", file: "src/reviews/handlers.rs", from: "(Some(target), None) => Some(target),", to: "(Some(target), _) => Some(target),", tests: "reviews::taking" },
  { name: "a review is of a text that is no scope", file: "src/reviews/handlers.rs", from: "if question::forms(&scope).is_empty() =>", to: "if scope.is_empty() =>", tests: "reviews::taking" },
  { name: "a review of an unknown role is taken", file: SNAPSHOT, from: 'Self::Role(_) => ("unknown_role", "roles"),', to: "Self::Role(_) => return None,", tests: "reviews::taking" },
  { name: "a review of an unknown access group is taken", file: SNAPSHOT, from: 'Self::Group(_) => ("unknown_group", "access_groups"),', to: "Self::Group(_) => return None,", tests: "reviews::taking" },
  { name: "a review has any number of items", file: STORE, from: "UPDATE reviews SET total = (SELECT count(*)", to: "UPDATE reviews SET total = (SELECT min(count(*), 10000)", tests: "reviews::taking" },
  { name: "a review lists inactive permissions", file: SNAPSHOT, from: '" WHERE permissions.is_active = 1 AND {condition}"', to: '" WHERE {condition}"', tests: "reviews::oracle" },
  { name: "a review lists inactive users of groups", file: SNAPSHOT, from: "ON person.id = inside.user_id AND person.is_active = 1", to: "ON person.id = inside.user_id", tests: "reviews::oracle" },
  { name: "a review of a scope lists roles at clients that do not allow it", file: SNAPSHOT, from: " AND (held.client_id IS NULL OR EXISTS (SELECT 1", to: " AND (1 OR EXISTS (SELECT 1", tests: "reviews::oracle" },
  { name: "a review of a scope lists connections that the consumer's bound excludes", file: SNAPSHOT, from: '" AND COALESCE(", holds!(broker_scope!(), "?2"), ", 1)"', to: '" AND COALESCE(1, ", holds!(broker_scope!(), "?2"), ")"', tests: "reviews::oracle" },
  { name: "a role is revoked without the scope for it", file: DECISION, from: 'require(call, &["user:write"])?;', to: "", tests: "reviews::deciding" },
  { name: "a connection is revoked without the scope for it", file: DECISION, from: 'require(call, &["connection:delete"])?;', to: "", tests: "reviews::deciding" },
  { name: "what Endpoint has is revoked without the scope for it", file: DECISION, from: "call.require_endpoint_scopes(ENDPOINT_DELETE)?;", to: "", tests: "reviews::deciding" },
  { name: "what is locked is revoked without a word", file: DECISION, from: "relation::check_deletion(&changed, relation)?;", to: "", tests: "reviews::deciding" },
  { name: "an item of another review is decided", file: STORE, from: "WHEN NOT EXISTS (SELECT 1 FROM review_items WHERE review_id = ?1 AND id = ?2) THEN 'no_record'", to: "WHEN 0 THEN 'no_record'", tests: "reviews::deciding" },
  { name: "a closed review decides", file: STORE, from: "WHEN (SELECT closed_at FROM reviews WHERE id = ?1) IS NOT NULL THEN 'review_closed' END AS word)", to: "END AS word)", tests: "reviews::deciding" },
  { name: "a right that was taken away is kept", file: STORE, from: "review_id = ?1 AND id = ?2 AND COALESCE(decision, 'keep') = 'keep'", to: "review_id = ?1 AND id = ?2", tests: "reviews::deciding" },
  { name: "a right that was taken away before counts as revoked", file: STORE, from: "SET decision = iif(decision = 'gone' AND decided_at IS NULL, 'gone', 'revoke')", to: "SET decision = 'revoke'", tests: "reviews::deciding" },
  { name: "a right that is given again counts as gone", file: STORE, from: "iif(decision = 'gone' AND decided_at IS NULL,", to: "iif(decision = 'gone',", tests: "reviews::deciding" },
  { name: "a revoked right becomes gone", file: STORE, from: "WHERE {here} AND decision IS NOT 'revoke' AND {is_gone}", to: "WHERE {here} AND {is_gone}", tests: "reviews::deciding" },
  { name: "an item is marked although its right is there", file: STORE, from: "version = version + 1 WHERE {here} AND {is_gone} RETURNING {}", to: "version = version + 1 WHERE {here} RETURNING {}", tests: "reviews::deciding" },
  { name: "a review with undecided items closes", file: STORE, from: "WHEN NOT ?2 AND EXISTS", to: "WHEN 0 AND NOT ?2 AND EXISTS", tests: "reviews::closing" },
  { name: "a review closes twice", file: STORE, from: "WHEN (SELECT closed_at FROM reviews WHERE id = ?1) IS NOT NULL THEN 'review_closed'\n  WHEN NOT ?2", to: "WHEN NOT ?2", tests: "reviews::closing" },
  { name: "an open review has a record", file: CLOSING, from: 'if is_closed != "1" {', to: "if false {", tests: "reviews::closing" },
  { name: "a record leaves the items out", file: CLOSING, from: "sha256_text(&lines)", to: "sha256_text(\"\")", tests: "reviews::closing" },
  { name: "a record signs the first portion alone", file: STORE, from: "(0..MOST_ITEMS / PORTION)", to: "(0..1)", tests: "reviews::closing" },
  { name: "a cell of a table is a formula", file: EXPORT, from: "if text.starts_with(['=', '+', '-', '@', '\\t', '\\r']) { \"'\" }", to: "if false { \"'\" }", tests: "reviews::export" },
  { name: "a table leads to no next page", file: EXPORT, from: "if cut_at.is_none() && page_number < total_pages {", to: "if false {", tests: "reviews::export" },
];
