// Who may do what, and by which path: the lists of the API as tables.
import { Api, CALLER } from "../api.mjs";
import { Misuse } from "../args.mjs";
import { print } from "../table.mjs";

const HOLDERS = ["user", "client", "connection"];

const at = (client) => (client ? `at client ${client}` : "at every client");
const PATHS = {
  role: (one) => `role ${one.role_name} ${at(one.client_id)}`,
  permission: (one) => `${one.user_group_id ? `group of users ${one.user_group_id} → ` : ""}access group ${one.access_group_name} → access role ${one.access_role_name}`,
  client: (one) => `client type ${one.client_type}`,
  connection: (one) => (one.consumer_id ? `connection of the consumer ${one.consumer_id}` : `connection of client ${one.client_id}, type ${one.client_type}${one.broker_id ? `, broker ${one.broker_id}` : ""}`),
  user: (one) => `role ${one.role_name} ${at(one.client_id)}`,
};

/** What a right gives: scopes, or the type of permission. */
const gives = (one) => (one.kind === "permission" ? one.permission_id : one.kind === "connection" ? one.broker_scope : one.scope);

const COLUMNS = {
  right: (one) => one.kind,
  path: (one) => PATHS[one.kind]?.(one),
  gives: (one) => gives(one) ?? "",
  since: (one) => one.since,
  last_used: (one) => one.last_used_at,
};

/** A verb that prints one of the lists. `holder` is one more column for a list of several holders. */
const why = (name, line, summary, argument, path, more = {}) => ({
  name: `why ${name}`, line, summary, ...more, takes: [1, 1], arguments: [[line, argument]], options: { ...CALLER, ...more.options },
  async run({ values, positionals: [asked] }) {
    const found = [];
    for await (const right of Api.of(values).walk(path(encodeURIComponent(asked)), more.query?.(values))) found.push(right);
    print(found, { ...more.holder, ...COLUMNS }, values);
  },
});

export const WHY = [
  why("user", "USER", "Shows what a user may do, and by which path: roles, and permissions of access groups.", "the `sub` of the user's tokens", (id) => `/admin/users/${id}/access`, {
    options: { client: { value: "CLIENT", help: "only what the user may do at this client" } },
    query: ({ client }) => (client === undefined ? {} : { client_id: client }),
    examples: ["mithril-edge why user 8341b7d6-f9c7-472a-960c-7da953cc4ea4 --client CLIENT"],
  }),
  why("client", "CLIENT", "Shows what a client, its connections and its users may do.", "the id of a client", (id) => `/admin/clients/${id}/access`, {
    holder: { holder: (one) => one.user_id ?? one.id },
  }),
  why("scope", "SCOPE", "Shows who has a scope, and by which path.", "a scope, as it stands in a token", (scope) => `/admin/scopes/${scope}/holders`, {
    options: { type: { value: "TYPE", help: `the holders: ${HOLDERS.join(", ")} (default user)` } },
    query: ({ type }) => {
      if (type !== undefined && !HOLDERS.includes(type)) throw new Misuse(`--type is ${HOLDERS.join(", ")}, not "${type}".`);
      return type === undefined ? {} : { type };
    },
    holder: { holder: (one) => one.id },
    examples: ["mithril-edge why scope connection:delete --type client"],
  }),
];
