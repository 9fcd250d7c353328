// One role, or one client type: its scopes, its changes, its history.
import { ask, pathOf, type Answer } from "../api";
import { Change, type Try, type Values } from "../change";
import { Facts } from "../facts";
import { History } from "../history";
import { t } from "../language";
import { Loaded, useLoad } from "../load";
import type { ClientType, Role } from "../records";
import { go, href, route } from "../router";
import { Scopes } from "../scopes";
import { Title } from "../title";
import { ReviewThis } from "./reviews";

/** What a role and a client type have in common. */
interface Kind {
  path: string;
  subject: string;
  list: string;
  deleteText: string;
  change: (values: Values, record: Role) => unknown;
}

function Page<T extends Role>({ kind, facts }: { kind: Kind; facts: (record: T) => [string, preact.ComponentChildren][] }) {
  const loading = useLoad(kind.path, (signal) => ask<T>(kind.path, { signal }));
  return (
    <Loaded of={loading}>
      {(answer) => (
        <>
          <Title>{answer.data.name}</Title>
          <Facts of={facts(answer.data)} />
          <Actions kind={kind} answer={answer} reload={loading.reload} />
          <Scopes scope={answer.data.scope} />
          {kind.list === "roles" && <ReviewThis of={{ role_id: answer.data.id }} />}
          <History subject={kind.subject} version={answer.tag} />
        </>
      )}
    </Loaded>
  );
}

const written = (scope: string) => scope.split(/\s+/).filter(Boolean).join(" ");

function Actions({ kind, answer: { data, tag }, reload }: { kind: Kind; answer: Answer<Role>; reload: () => void }) {
  const shared = { canPreview: true, tag, current: () => ask<Role>(kind.path), before: data };
  const put = (values: Values, once: Try) => ask(kind.path, { method: "PUT", body: kind.change({ ...values, scope: written(values.scope ?? "") }, data), ...once });
  return (
    <p class="buttons">
      <Change
        {...shared}
        label={t("edit")}
        title={t("edit_scopes", { name: data.name })}
        text={t("edit_scopes_text")}
        fields={[
          { name: "name", label: t("name"), value: data.name },
          { name: "scope", label: t("scopes"), value: data.scope.split(" ").join("\n"), kind: "long", hint: t("one_a_line") },
        ]}
        submit={t("save")}
        run={put}
        onDone={reload}
      />
      <Change {...shared} label={t("delete")} title={t("delete_named", { name: data.name })} text={kind.deleteText} nameToType={data.name} submit={t("delete")} isDanger run={(_, once) => ask(kind.path, { method: "DELETE", ...once })} onDone={() => go(href([kind.list]))} />
    </p>
  );
}

export function RoleScreen() {
  const id = route.value.parts[1] ?? "";
  const kind: Kind = { path: pathOf("admin", "roles", id), subject: `role/${id}`, list: "roles", deleteText: t("delete_role_text"), change: ({ name, scope }) => ({ name, scope }) };
  return <Page<Role> kind={kind} facts={() => [[t("id"), <code>{id}</code>]]} />;
}

export function TypeScreen() {
  const id = route.value.parts[1] ?? "";
  const kind: Kind = {
    path: pathOf("admin", "client_types", id),
    subject: `client_type/${id}`,
    list: "types",
    deleteText: t("delete_type_text"),
    change: ({ name, scope }, record) => ({ name, scope, context: (record as ClientType).context }),
  };
  return <Page<ClientType> kind={kind} facts={({ context }) => [[t("id"), <code>{id}</code>], [t("acts_for"), context === "any" ? t("context_any") : t("context_own")]]} />;
}
