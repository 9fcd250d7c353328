// Forms of one request that mean the same: addresses, ids, sets of scopes, names of query parameters.

export default [
  { name: "a slash at the end makes another address", file: "src/http/request.rs", from: "path.strip_suffix('/').filter(", to: "path.strip_suffix('\\\\').filter(", tests: "slashes" },
  { name: "an assertion may not name the address with its slash", file: "src/oauth/assertion.rs", from: "url_without_query().ends_with('/')", to: "url_without_query().is_empty()", tests: "oauth::assertion" },
  { name: "a filter whose name is in another case is not read", file: "src/http/query.rs", from: "known.eq_ignore_ascii_case(name)", to: "known == name", tests: "endpoint_vocabulary" },
  { name: "a column of the link cannot be filtered by", file: "src/endpoint/engine/entity.rs", from: "self.fields.iter().chain(link);\n        if", to: "self.fields.iter().chain(&link[..0]);\n        if", tests: "endpoint_vocabulary" },
  { name: "a column of the link shows only what else is named", file: "src/endpoint/engine/list.rs", from: "is_whole = true;", to: "", tests: "endpoint_vocabulary" },
  { name: "a dot leads to a field that only filters have", file: "src/endpoint/engine/entity.rs", from: "entity.field(name).filter(|field| field.shown != Shown::Never)?", to: "entity.field(name)?", tests: "endpoint_vocabulary" },
];
