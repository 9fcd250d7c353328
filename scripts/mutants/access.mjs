// Decisions and searches: what counts, what a caller may ask, and how old an answer may be.

const PATHS = "src/access/paths.rs";
const EVALUATION = "src/access/evaluation.rs";
const DECIDE = "src/access/evaluation_store.rs";
const RIGHTS = "src/access/rights_store.rs";
const SEARCH = "src/access/search.rs";
const FOUND = "src/access/search_store.rs";

export default [
  { name: "an inactive access role gives its permissions", file: PATHS, from: '"roles.is_active = 1 AND NOT EXISTS', to: '"1 AND NOT EXISTS', tests: "access::" },
  { name: "a role of an inactive application gives its permissions", file: PATHS, from: "AND applications.is_active = 0)", to: "AND 0)", tests: "access::" },
  { name: "an inactive access group gives its permissions", file: PATHS, from: "ON access_groups.id = member.access_group_id AND access_groups.is_active = 1", to: "ON access_groups.id = member.access_group_id", tests: "access::" },
  { name: "an inactive permission counts", file: PATHS, from: "permissions.access_group_id = access_groups.id AND permissions.is_active = 1 AND ", to: "permissions.access_group_id = access_groups.id AND ", tests: "access::" },
  { name: "an external id that two users have names one of them", file: PATHS, from: " HAVING count(*) = 1)", to: ")", tests: "access::" },
  { name: "a caller of context own may ask about every client", file: PATHS, from: '"(", $client, " = ?1 ->> \'own\' OR "', to: '"(1 OR ", $client, " = ?1 ->> \'own\' OR "', tests: "access::" },
  { name: "a caller of context own may ask about access groups", file: PATHS, from: '"(?1 ->> \'directory\' OR "', to: '"(1 OR ?1 ->> \'directory\' OR "', tests: "access::" },
  { name: "a consumer may ask about another consumer's connection", file: PATHS, from: "AND held.consumer_id <> held.client_id), link.consumer_id)", to: "AND 0), link.consumer_id)", tests: "access::" },
  { name: "a blocked client is allowed its scopes", file: DECIDE, from: "asked.action = 'use' AND client.is_blocked = 0 AND ", to: "asked.action = 'use' AND ", tests: "access::" },
  { name: "a connection of a blocked consumer is allowed its scopes", file: DECIDE, from: "THEN iif(consumer.is_blocked = 0 AND COALESCE(", to: "THEN iif(1 AND COALESCE(", tests: "access::" },
  { name: "an inactive user is allowed what its groups have", file: DECIDE, from: '") WHERE (SELECT is_active FROM endpoint_users WHERE id = asked.user_number) LIMIT 1)"', to: '") LIMIT 1)"', tests: "access::" },
  { name: "an answer of memory may be a minute old for everybody", file: EVALUATION, from: "&& now - known.as_of < max_age", to: "", tests: "access::" },
  { name: "a caller that allows an old answer gets one of any age", file: EVALUATION, from: "&& known.is_fresh(now)", to: "", tests: "access::" },
  { name: "a batch has no most", file: EVALUATION, from: "Some(Value::Array(items)) if items.len() <= MAX_QUESTIONS => items", to: "Some(Value::Array(items)) => items", tests: "access::" },
  { name: "a page goes on with the token of another question", file: SEARCH, from: "if of == digest && ", to: "if ", tests: "access::" },
  { name: "a page has no most", file: SEARCH, from: 'must be a whole number from 0."))?.min(MAX_LIMIT))', to: 'must be a whole number from 0."))?)', tests: "access::" },
  { name: "a search finds inactive users", file: FOUND, from: "AND endpoint_users.is_active = 1", to: "", tests: "access::" },
  { name: "a search finds a user for each of its paths", file: FOUND, from: " AND {IS_NAMED} AND NOT EXISTS ({earlier})", to: " AND {IS_NAMED} AND (1 OR EXISTS ({earlier}))", tests: "access::" },
  { name: "a user's list shows scopes that the client does not allow", file: RIGHTS, from: " AND client.is_blocked = 0 AND \",", to: " OR \",", tests: "access::" },
  { name: "a list goes on with the token of another", file: "src/access/rights.rs", from: ".filter(|(of, ..)| *of == digest)", to: "", tests: "access::" },
  { name: "properties of a question may be anything", file: "src/access/question.rs", from: 'Some(_) => Err(unfit(&format!("{place}{name}.properties"), "must be an object.")),', to: "Some(_) => Ok(entity),", tests: "access::decisions" },
];
