// What D1 carries, what a page that is cut says, and which form an answer has.

const LIST = "src/mithril/list_query.rs";
const ENDPOINT = "src/endpoint/engine/list.rs";
const SEAL = "src/mithril/audit/seal.rs";
const AUDIT = "src/mithril/audit/handlers.rs";

export default [
  { name: "a page is longer than D1 carries", file: "src/db/page.rs", from: "cut_at(records, most, PAGE_BYTES)", to: "cut_at(records, most, 9 * PAGE_BYTES)", tests: "long_pages::" },
  { name: "a page that is cut does not say so", file: "src/mithril/list_request.rs", from: "let cut_at = fitted.map(", to: "let cut_at = fitted.filter(|_| false).map(", tests: "long_pages::" },
  { name: "the rest of a page begins with its first entry", file: LIST, from: ".saturating_add(skip)", to: "", tests: "long_pages::" },
  { name: "the rest of a page runs into the next one", file: LIST, from: "(size - skip).into()", to: "size.into()", tests: "long_pages::" },
  { name: "more is skipped than the page has", file: LIST, from: "0..=size - 1", to: "0..=MAX_PAGE", tests: "long_pages::" },
  { name: "the rest of a page of Endpoint begins with its first record", file: ENDPOINT, from: "OFFSET ?3 * ?4 + ?5", to: "OFFSET ?3 * ?4", tests: "long_pages::" },
  { name: "a list of Endpoint that is cut has no link to its rest", file: ENDPOINT, from: "Ok(match cut_at {", to: "Ok(match cut_at.filter(|_| false) {", tests: "long_pages::" },
  { name: "a bulk answer that is cut does not say so", file: "src/endpoint/engine/relation/sql.rs", from: 'name, "fitted")', to: 'name, "NULL")', tests: "long_pages::" },
  { name: "an export ends at rows that are too long", file: AUDIT, from: "if fitted.is_some() || archive", to: "if archive", tests: "long_pages::" },
  { name: "sealing waits a minute at rows that are too long", file: SEAL, from: "let is_full = fitted.is_some() ||", to: "let is_full =", tests: "long_pages::" },
  { name: "a run of the cron asks more than the free plan lets it", file: SEAL, from: "const PORTIONS: usize = 10;", to: "const PORTIONS: usize = 20;", tests: "d1_limits::" },
  { name: "whoever takes NDJSON too gets no list", file: "src/http/accept.rs", from: "wanted > 0 && wanted > weight(accept, usual)", to: "wanted > 0", tests: "audit_export::" },
  { name: "who asks for NDJSON gets the list", file: AUDIT, from: 'if accept::prefers(call.request, NDJSON, "application/json") {', to: "if false {", tests: "audit_export::" },
  { name: "an answer may be compressed on the way, and its tag made weak", file: "src/lib.rs", from: '"no-store, no-transform".to_owned()', to: '"no-store".to_owned()', tests: "entity_tags::" },
];
