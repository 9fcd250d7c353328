// Forms of one request that mean the same: addresses, ids, sets of scopes, names of query parameters.

export default [
  { name: "a slash at the end makes another address", file: "src/http/request.rs", from: "path.strip_suffix('/').filter(", to: "path.strip_suffix('\\\\').filter(", tests: "slashes" },
  { name: "an assertion may not name the address with its slash", file: "src/oauth/assertion.rs", from: "url_without_query().ends_with('/')", to: "url_without_query().is_empty()", tests: "oauth::assertion" },
  { name: "a filter whose name is in another case is not read", file: "src/http/query.rs", from: "known.eq_ignore_ascii_case(name)", to: "known == name", tests: "endpoint_vocabulary" },
  { name: "a column of the link cannot be filtered by", file: "src/endpoint/engine/entity.rs", from: "self.fields.iter().chain(link);\n        if", to: "self.fields.iter().chain(&link[..0]);\n        if", tests: "endpoint_vocabulary" },
  { name: "a column of the link shows only what else is named", file: "src/endpoint/engine/list.rs", from: "is_whole = true;", to: "", tests: "endpoint_vocabulary" },
  { name: "a dot leads to a field that only filters have", file: "src/endpoint/engine/entity.rs", from: "entity.field(name).filter(|field| field.shown != Shown::Never)?", to: "entity.field(name)?", tests: "endpoint_vocabulary" },
  { name: "white space other than one space is no separator of scopes", file: "src/identity/scope.rs", from: "list.split_ascii_whitespace().collect::<Vec<_>>().join(\" \")", to: "list.to_owned()", tests: "scope_lists" },
  { name: "a grant that ignores the scope judges it", file: "src/oauth/token.rs", from: '"authorization_code" => None,', to: '"none" => None,', tests: "scope_lists" },
  { name: "the names of OpenID are requested as scopes", file: "src/oauth/scope.rs", from: "filter(|name| !OPENID.contains(name))", to: "filter(|_| true)", tests: "scope_lists" },
  { name: "the names of OpenID do not count at any address", file: "src/oauth/scope.rs", from: "    if address == Address::Endpoint {\n        scope =", to: "    if address != Address::Mithril {\n        scope =", tests: "scope_lists" },
  { name: "a member of another type is refused whether it is read or not", file: "src/oauth/parameters.rs", from: "other => parameters.0.push((name, Given::Other(type_name(&other)))),", to: "_ => return Err(Failure::MalformedBody),", tests: "scope_lists" },
  { name: "a parameter that is not text counts as absent", file: "src/oauth/parameters.rs", from: 'Err(Failure::invalid(format!("$.token.{name}"), Rule::Cast { expected: "string", actual }))', to: "Ok(None).inspect(|_: &Option<&str>| drop(actual))", tests: "scope_lists" },
  { name: "a bound beside the first is not told", file: "src/oauth/scope.rs", from: ".filter(|exceeded| !exceeded.scopes.is_empty())", to: ".filter(|exceeded| !exceeded.scopes.is_empty()).take(1)", tests: "scope_lists" },
  { name: "a 401 does not say why", file: "src/base/token_refusal.rs", from: "Self::Missing => return None,", to: "_ if true => return None, Self::Missing => return None,", tests: "messages" },
  { name: "ERRORS_URL may be plain http", file: "src/settings/parsed.rs", from: "if is_plain && issuers::is_safe_address(text) {", to: "if is_plain {", tests: "messages" },
];
