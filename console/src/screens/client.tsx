// One client: its state, what can be done to it, its connections, its history.
import { Refusal, ask, pathOf, type Answer } from "../api";
import { Change, type Try, type Values } from "../change";
import { time } from "../format";
import { History } from "../history";
import { t } from "../language";
import { List } from "../list";
import { Loaded, useLoad } from "../load";
import type { Client, ClientType, Connection, Holder } from "../records";
import { go, href, route } from "../router";
import { Facts } from "../facts";
import { Title } from "../title";
import { Walk } from "../walk";
import { State } from "./clients";

export function ClientScreen() {
  const id = route.value.parts[1] ?? "";
  const path = pathOf("admin", "clients", id);
  const loading = useLoad(path, (signal) => ask<Client>(path, { signal }));
  return (
    <Loaded of={loading}>
      {(answer) => (
        <>
          <Title>{answer.data.name}</Title>
          <ClientFacts client={answer.data} />
          <Actions answer={answer} path={path} reload={loading.reload} />
          <h2>{t("connections")}</h2>
          <List<Connection>
            id={`connections of ${id}`}
            name="connections"
            caption={t("connections")}
            keyOf={(one) => one.id}
            empty={t("no_connections")}
            read={(page, signal) => ask<Connection[]>(pathOf("api", "clients", id, "connections"), { query: { page }, signal })}
            columns={[
              { title: t("connection"), cell: (one) => <a href={href(["clients", id, "connections", one.id])}>{one.id.slice(0, 8)} · {one.redirect_uri}</a> },
              { title: t("consumer"), cell: ({ consumer_id }) => (consumer_id === id ? t("itself") : <a href={href(["clients", consumer_id])}><code>{consumer_id}</code></a>) },
              { title: t("changed"), cell: ({ updated_at }) => time(updated_at) },
            ]}
          />
          <h2>{t("users_roles")}</h2>
          <Walk<Holder>
            path={pathOf("admin", "clients", id, "access")}
            caption={t("users_roles")}
            empty={t("no_users_roles")}
            only={({ kind }) => kind === "role"}
            keyOf={(one) => one.id}
            columns={[
              { title: t("user"), cell: ({ user_id = "" }) => <a href={href(["users", user_id])}>{user_id}</a> },
              { title: t("role"), cell: ({ role_id = "", role_name }) => <a href={href(["roles", role_id])}>{role_name}</a> },
              { title: t("client"), cell: ({ client_id }) => (client_id ? t("here") : t("every_client")) },
              { title: t("since"), cell: ({ since }) => time(since) },
            ]}
          />
          <History subject={`client/${id}`} version={answer.tag} />
          <p><a href={href(["audit"], { client_id: id })}>{t("audit_by_client")}</a></p>
        </>
      )}
    </Loaded>
  );
}

function ClientFacts({ client }: { client: Client }) {
  const { client_type_id: type, client_type_name: name, settings, priv_settings } = client;
  return (
    <Facts
      of={[
        [t("state"), <State client={client} />],
        [t("client_type"), <a href={href(["types", type])}>{name ?? type}</a>],
        [t("id"), <code>{client.id}</code>],
        [t("registered_by"), client.user_id && <a href={href(["users", client.user_id])}>{client.user_id}</a>],
        [t("settings"), <code>{JSON.stringify(settings)}</code>],
        [t("private_settings"), priv_settings && <code>{JSON.stringify(priv_settings)}</code>],
        [t("made"), time(client.inserted_at)],
        [t("changed"), time(client.updated_at)],
      ]}
    />
  );
}

function Actions({ answer, path, reload }: { answer: Answer<Client>; path: string; reload: () => void }) {
  const { data: client, tag } = answer;
  const current = () => ask<Client>(path);
  const shared = { tag, current, before: client, onDone: reload };
  const previewed = { ...shared, canPreview: true };
  const act = (action: string) => (values: Values, once: Try) => ask(`${path}/actions/${action}`, { method: "PATCH", ...(action === "block" && { body: values }), ...once });
  return (
    <p class="buttons">
      {client.is_blocked ? (
        <Change {...previewed} label={t("unblock")} title={t("unblock")} text={t("unblock_text")} submit={t("unblock")} run={act("unblock")} />
      ) : (
        <Change {...previewed} label={t("block")} title={t("block_title", { name: client.name })} text={t("block_text")} fields={[{ name: "block_reason", label: t("reason") }]} submit={t("block")} isDanger run={act("block")} />
      )}
      <Change {...shared} label={t("end_tokens")} title={t("end_tokens")} text={t("end_tokens_text")} submit={t("end_tokens")} isDanger run={act("deactivate_tokens")} />
      <Edit {...previewed} client={client} path={path} />
      <Change
        {...previewed}
        label={t("delete")}
        title={t("delete_client", { name: client.name })}
        text={t("delete_client_text")}
        nameToType={client.name}
        submit={t("delete")}
        isDanger
        run={(_, once) => ask(path, { method: "DELETE", ...once })}
        onDone={() => go(href(["clients"]))}
      />
    </p>
  );
}

/** The settings as they were typed. What is no JSON is refused like a value that breaks a rule. */
function parsed(settings: string): unknown {
  try {
    return JSON.parse(settings);
  } catch (error) {
    throw new Refusal(422, "", "", [], [{ entry: t("settings"), text: t("not_json", { why: (error as Error).message }) }]);
  }
}

interface EditProps {
  canPreview: boolean;
  client: Client;
  path: string;
  tag: string | undefined;
  current: () => Promise<Answer<Client>>;
  before: Client;
  onDone: () => void;
}

function Edit({ client, path, ...shared }: EditProps) {
  const fields = async (signal: AbortSignal) => {
    const types = await ask<ClientType[]>("/admin/client_types", { query: { page_size: 300 }, signal });
    return [
      { name: "name", label: t("name"), value: client.name },
      { name: "client_type_id", label: t("client_type"), value: client.client_type_id, options: types.data.map(({ id, name }) => ({ value: id, label: name })) },
      { name: "settings", label: t("settings"), value: JSON.stringify(client.settings, null, 2), kind: "long" as const },
    ];
  };
  const run = async ({ name, client_type_id, settings = "" }: Values, once: Try) => {
    const { user_id, priv_settings } = client;
    return ask(path, { method: "PUT", body: { name, client_type_id, settings: parsed(settings), ...(user_id && { user_id }), ...(priv_settings && { priv_settings }) }, ...once });
  };
  return <Change {...shared} label={t("edit")} title={t("edit_client")} text={t("edit_client_text")} fields={fields} submit={t("save")} run={run} />;
}
