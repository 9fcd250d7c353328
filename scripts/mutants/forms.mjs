// Forms of one request that mean the same: addresses, ids, sets of scopes, names of query parameters.

export default [
  { name: "a slash at the end makes another address", file: "src/http/request.rs", from: "path.strip_suffix('/').filter(", to: "path.strip_suffix('\\\\').filter(", tests: "slashes" },
  { name: "an assertion may not name the address with its slash", file: "src/oauth/assertion.rs", from: "url_without_query().ends_with('/')", to: "url_without_query().is_empty()", tests: "oauth::assertion" },
];
