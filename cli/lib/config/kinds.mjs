// What the configuration consists of: for each kind the records that people decide, how they are named, read, compared and
// written. A record is known by its name, not by an id that the service chose, so that a file fits every deployment.
const ENDPOINT = "/Endpoint/rest/api/v1";

const encoded = encodeURIComponent;
const without = (object, ...names) => Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));

/** A set of scopes as a list in a stable order. */
const set = (scope) => [...new Set(scope.split(" ").filter(Boolean))].sort();

/** The fields whose value is not the default, in the order of `defaults`. */
const stated = (record, defaults) => Object.fromEntries(Object.entries(defaults).filter(([name, value]) => JSON.stringify(record[name] ?? value) !== JSON.stringify(value)).map(([name]) => [name, record[name]]));

const GROUP = { ExternalId: "", Description: "", Is_Active: false, Is_LoginGroup: false, AccessGroupTypeId: "FullAccess" };
const ACCESS_ROLE = { RoleKey: "", FullName: "", Description: "", ExternalId: "", Is_Active: false, Is_Custom: false };

/** A name in the file for each field of Endpoint. */
const snake = (name) => name.replace(/^Is_/, "is").replace(/Id$/, "_id").replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase().replace("__", "_");
const lower = (record) => Object.fromEntries(Object.entries(record).map(([name, value]) => [snake(name), value]));
const upper = (record, defaults) => Object.fromEntries(Object.entries(defaults).map(([name, value]) => [name, record[snake(name)] ?? value]));

/** A record of the deployment: `name`, `value` as in the file, its `path`, and `whole`, where all of it is read if that is elsewhere. */
export const KINDS = [
  {
    kind: "client_types",
    label: "client type",
    shape: ({ name, scope, context }) => ({ name, scope: set(scope), context }),
    async *read(api) {
      for await (const data of api.list("/admin/client_types")) yield { name: data.name, id: data.id, path: `/admin/client_types/${encoded(data.id)}`, value: this.shape(data) };
    },
    name: ({ name }) => name,
    create: (api, value) => api.call("POST", "/admin/client_types", { body: { client_type: { ...value, scope: value.scope.join(" ") } } }),
    replace: (api, there, value, headers) => api.call("PUT", there.path, { headers, body: { client_type: { ...value, scope: value.scope.join(" ") } } }),
    remove: (api, there, headers) => api.call("DELETE", there.path, { headers }),
  },
  {
    kind: "roles",
    label: "role",
    shape: ({ name, scope }) => ({ name, scope: set(scope) }),
    async *read(api) {
      for await (const data of api.list("/admin/roles")) yield { name: data.name, id: data.id, path: `/admin/roles/${encoded(data.id)}`, value: this.shape(data) };
    },
    name: ({ name }) => name,
    create: (api, value) => api.call("POST", "/admin/roles", { body: { role: { name: value.name, scope: value.scope.join(" ") } } }),
    replace: (api, there, value, headers) => api.call("PUT", there.path, { headers, body: { role: { name: value.name, scope: value.scope.join(" ") } } }),
    remove: (api, there, headers) => api.call("DELETE", there.path, { headers }),
  },
  {
    kind: "clients",
    label: "client",
    // The list lacks priv_settings, so each client is read.
    shape: ({ id, name, user_id, client_type_id, settings, priv_settings, is_blocked, block_reason }, { types }) => ({
      id, name, client_type: types.get(client_type_id) ?? client_type_id, ...(user_id !== null && { user_id }), settings, priv_settings, ...(is_blocked && { block_reason }),
    }),
    async *read(api, context) {
      for await (const { id } of api.list("/admin/clients")) {
        const path = `/admin/clients/${encoded(id)}`;
        yield { name: id, id, path, value: this.shape((await api.call("GET", path)).json.data, context) };
      }
    },
    name: ({ id }) => id,
    async put(api, there, value, headers) {
      const type = there.typeIds.get(value.client_type);
      if (type === undefined) throw new Error(`client ${value.id}: there is no client type "${value.client_type}"`);
      const path = `/admin/clients/${encoded(value.id)}`;
      const before = there.value ?? {};
      let answer;
      if (JSON.stringify(without(before, "block_reason")) !== JSON.stringify(without(value, "block_reason"))) {
        answer = await api.call("PUT", path, { headers, body: { client: { ...without(value, "id", "client_type", "block_reason"), client_type_id: type } } });
        headers = { "if-match": answer.headers.get("etag") };
      }
      if (before.block_reason !== value.block_reason) {
        const action = value.block_reason === undefined ? "unblock" : "block";
        answer = await api.call("PATCH", `${path}/actions/${action}`, { headers, ...(action === "block" && { body: { block_reason: value.block_reason } }) });
      }
      return answer;
    },
    create(api, value, context) {
      return this.put(api, context, value, { "if-none-match": "*" });
    },
    replace(api, there, value, headers, context) {
      return this.put(api, { ...there, typeIds: context.typeIds }, value, headers);
    },
    remove: (api, there, headers) => api.call("DELETE", there.path, { headers }),
  },
  {
    kind: "connections",
    label: "connection",
    // The list lacks the method and the public keys, so each connection is read. Secrets are never in the file.
    shape: ({ client_id: client, consumer_id: consumer, redirect_uri, token_endpoint_auth_method, jwks }) => ({ client, consumer, redirect_uri, token_endpoint_auth_method, ...(jwks && { jwks }) }),
    async *read(api, { clients }) {
      for (const client of clients) {
        for await (const data of api.list(`/api/clients/${encoded(client)}/connections`)) {
          const whole = `/admin/connections/${encoded(data.id)}`;
          yield { name: `${data.client_id} ${data.consumer_id}`, id: data.id, path: `/api/clients/${encoded(client)}/connections/${encoded(data.id)}`, whole, value: this.shape((await api.call("GET", whole)).json.data) };
        }
      }
    },
    name: ({ client, consumer }) => `${client} ${consumer}`,
    /** A file that says nothing of the method leaves it and the keys as they are. */
    completed: (value, { token_endpoint_auth_method, jwks }) => (value.token_endpoint_auth_method === undefined ? { ...value, token_endpoint_auth_method, ...(jwks && { jwks }) } : value),
    put: (api, { client, consumer, redirect_uri, token_endpoint_auth_method, jwks = null }, headers) =>
      api.call("PUT", `/admin/clients/${encoded(client)}/connections`, { headers, body: { consumer_id: consumer, redirect_uri, ...(token_endpoint_auth_method && { token_endpoint_auth_method, jwks }) } }),
    create(api, value) {
      return this.put(api, value, { "if-none-match": "*" });
    },
    replace(api, there, value, headers) {
      return this.put(api, value, headers);
    },
    remove: (api, there, headers) => api.call("DELETE", there.path, { headers }),
  },
  {
    kind: "access_roles",
    label: "access role",
    async *read(api) {
      for await (const record of api.list(`${ENDPOINT}/Roles`)) {
        if (record.Is_ReadOnly) continue;
        yield { name: record.Name, id: record.Id, path: `${ENDPOINT}/Role/${encoded(record.Id)}`, value: { name: record.Name, ...lower(stated(record, ACCESS_ROLE)) } };
      }
    },
    name: ({ name }) => name,
    /** The service makes a role key where none is given. A file without one leaves it as it is. */
    completed: (value, there) => {
      const { name, ...more } = value;
      return value.role_key === undefined && there.role_key !== undefined ? { name, role_key: there.role_key, ...more } : value;
    },
    create: (api, value) => api.call("POST", `${ENDPOINT}/Role`, { body: { Name: value.name, ...upper(value, ACCESS_ROLE) } }),
    replace: (api, there, value) => api.call("PUT", there.path, { body: { Name: value.name, ...upper(value, ACCESS_ROLE) } }),
    remove: (api, there) => api.call("DELETE", there.path),
  },
  {
    kind: "access_groups",
    label: "access group",
    async *read(api) {
      for await (const record of api.list(`${ENDPOINT}/AccessGroups`)) {
        if (record.Is_System) continue;
        const path = `${ENDPOINT}/AccessGroup/${encoded(record.Id)}`;
        const found = [];
        const ids = new Map();
        for await (const { Id, AccessRoleId, PermissionId, Is_Active } of api.list(`${path}/Permissions`)) {
          const text = `${AccessRoleId.Name}: ${PermissionId.Id}${Is_Active ? "" : " (inactive)"}`;
          found.push(text);
          ids.set(text, Id);
        }
        const fields = { ...record, AccessGroupTypeId: record.AccessGroupTypeId?.Id ?? record.AccessGroupTypeId };
        yield { name: record.Name, id: record.Id, path, permissions: ids, value: { name: record.Name, ...lower(stated(fields, GROUP)), permissions: found.sort() } };
      }
    },
    name: ({ name }) => name,
    fields: (value) => ({ Name: value.name, ...upper(value, GROUP) }),
    /** Gives and takes permissions until the group has those of the file. */
    async permit(api, path, before, value) {
      for (const text of value.permissions.filter((one) => !before.has(one))) {
        const [, role, permission, inactive] = /^(.*): (\w+)( \(inactive\))?$/.exec(text);
        const active = `${role}: ${permission}${inactive ? "" : " (inactive)"}`;
        if (before.has(active)) {
          await api.call("DELETE", `${path}/Permission/${before.get(active)}`);
          before.delete(active);
        }
        await api.call("POST", `${path}/Permission`, { body: { AccessRoleId: { Field: "Name", Value: role }, PermissionId: permission, Is_Active: !inactive } });
      }
      for (const [text, id] of before) if (!value.permissions.includes(text)) await api.call("DELETE", `${path}/Permission/${id}`);
    },
    async create(api, value) {
      const { json } = await api.call("POST", `${ENDPOINT}/AccessGroup`, { body: this.fields(value) });
      await this.permit(api, `${ENDPOINT}/AccessGroup/${encoded(json.Id)}`, new Map(), value);
    },
    async replace(api, there, value) {
      if (JSON.stringify(without(there.value, "permissions")) !== JSON.stringify(without(value, "permissions"))) await api.call("PUT", there.path, { body: this.fields(value) });
      await this.permit(api, there.path, new Map(there.permissions), value);
    },
    remove: (api, there) => api.call("DELETE", there.path),
  },
];
