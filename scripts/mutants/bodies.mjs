// Guards of what is sent and of what is said: bodies, their members, and the first administration.

const BODY = "src/http/body.rs";
const FIELDS = "src/http/fields.rs";
const EXTRA = "src/endpoint/engine/relation/extra.rs";
const HANDLERS = "src/endpoint/engine/relation/handlers.rs";
const URI = "src/mithril/connections/redirect_uri.rs";
const GATE = "src/db/gate.rs";

export default [
  { name: "an optional body of another media type is read", file: BODY, from: "if request.header(Header::ContentType).is_some_and(is_json) { Ok(Some(bytes)) }", to: "if true { Ok(Some(bytes)) }", tests: "bodies" },
  { name: "a body without a media type is read", file: BODY, from: "if media_type.is_none() && !bytes.is_empty() {", to: "if false && media_type.is_none() && !bytes.is_empty() {", tests: "bodies" },
  { name: "a compressed body is read", file: BODY, from: "if is_plain { Ok(()) }", to: "if is_plain || true { Ok(()) }", tests: "bodies" },
  { name: "a byte order mark is no JSON", file: BODY, from: 'bytes.strip_prefix("\\u{feff}".as_bytes()).unwrap_or(bytes)', to: "bytes", tests: "bodies" },
  { name: "a change that reads no body takes any", file: "src/lib.rs", from: "if route.reads_body() || route.method.is_safe() { Ok(()) }", to: "if true { Ok(()) }", tests: "bodies" },
  { name: "a DELETE counts as a reader of bodies", file: "src/routes/mod.rs", from: "matches!(self.method, Post | Put | Patch) && !is_bare_action", to: "!is_bare_action", tests: "bodies" },
  { name: "an unknown member is ignored", file: FIELDS, from: "let is_known = |name: &str| asked", to: "let is_known = |name: &str| true || asked", tests: "body_members" },
  { name: "what a record shows cannot be sent back", file: FIELDS, from: "asked.contains(&name) || repeated.contains(&name)", to: "asked.contains(&name) || repeated.is_empty() && repeated.contains(&name)", tests: "body_members" },
  { name: "a member beside the wrapper is ignored", file: FIELDS, from: "outer.finish().map(|()| Self::new(inner))", to: "Ok(Self::new(inner))", tests: "body_members" },
  { name: "unknown members have no bound in the answer", file: FIELDS, from: ".take(MOST_UNKNOWN)", to: "", tests: "body_members" },
  { name: "the abstract object of a closed list is refused", file: FIELDS, from: "self.object.insert(name.to_owned(), id);", to: "drop(id);", tests: "body_members" },
  { name: "an integer with a fraction of zero is no integer", file: "src/base/json_value.rs", from: "!number.is_f64() || number", to: "!number.is_f64() || false && number", tests: "secrets" },
  { name: "a validation of no item's member is ignored", file: EXTRA, from: "properties.iter().find(|property| property.name == extra.name)", to: "properties.iter().find(|property| property.name == extra.name).or(properties.first())", tests: "endpoint_relations body_members" },
  { name: "an import takes members that it does not know", file: "src/endpoint/engine/records/import.rs", from: "    body.finish()?;\n", to: "", tests: "endpoint_user_groups" },
  { name: "the members beside the items of a PATCH are ignored", file: HANDLERS, from: 'body.boolean("IsFullValidation");\n    body.finish()?;', to: 'body.boolean("IsFullValidation");', tests: "body_members" },
  { name: "a repeated resource breaks a token request", file: "src/oauth/parameters.rs", from: "if name != REPEATABLE && parameters", to: "if parameters", tests: "oauth" },
  { name: "an empty number of a page is refused", file: "src/mithril/list_query.rs", from: ".get(name).filter(|text| !text.is_empty())", to: ".get(name)", tests: "" },
  { name: "the refusal of a fragment names another rule", file: URI, from: "if text.contains('#') {", to: "if false {", tests: "" },
  { name: "the refusal of user information names another rule", file: URI, from: "} else if authority.contains('@') {", to: "} else if false {", tests: "" },
  { name: "a redirect_uri may have any length", file: URI, from: "} else if text.len() > MAX_LENGTH {", to: "} else if false {", tests: "" },
  { name: "the first operator is not told the document", file: GATE, from: "THEN CASE WHEN ?1 ->> 'admin' AND NOT ", to: "THEN CASE WHEN 0 AND NOT ", tests: "gate:: first_administration" },
  { name: "every route of another client tells the document", file: GATE, from: "?1 ->> 'admin' AND NOT ", to: "NOT ", tests: "gate:: first_administration" },
  { name: "a refused caller is told the document although there is an administration", file: GATE, from: " THEN 'no_administration' ELSE", to: " OR 1 THEN 'no_administration' ELSE", tests: "gate:: first_administration" },
  { name: "a read of the first operator is refused from memory without the document", file: "src/auth/access.rs", from: "&& (!is_for_administrations || app.memory.has_administration.get())", to: "", tests: "first_administration" },
  { name: "readiness never warns", file: "src/health/ready.rs", from: 'Ok(answer == "1")', to: 'Ok(answer == "1" || true)', tests: "first_administration" },
];
