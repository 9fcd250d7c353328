// The roles of Mithril and the client types, as lists that the server filters.
import { ask } from "../api";
import { Filters } from "../filters";
import { t } from "../language";
import { List } from "../list";
import type { ClientType, Role } from "../records";
import { href, route } from "../router";
import { Title } from "../title";

const count = ({ scope }: Role) => scope.split(" ").filter(Boolean).length;

export function RolesScreen() {
  const { query } = route.value;
  const given = { name: query.get("name") ?? "", scope: query.get("scope") ?? "" };
  return (
    <>
      <Title>{t("roles")}</Title>
      <Filters fields={[{ name: "name", label: t("name") }, { name: "scope", label: t("scope"), hint: t("scope_hint") }]} />
      <List<Role>
        id={`roles?${JSON.stringify(given)}`}
        caption={t("roles")}
        keyOf={({ id }) => id}
        read={(page, signal) => ask<Role[]>("/admin/roles", { query: { ...given, page }, signal })}
        columns={[
          { title: t("name"), cell: ({ id, name }) => <a href={href(["roles", id])}>{name}</a> },
          { title: t("scopes"), cell: (role) => count(role) },
        ]}
      />
    </>
  );
}

export function TypesScreen() {
  const name = route.value.query.get("name") ?? "";
  return (
    <>
      <Title>{t("client_types")}</Title>
      <Filters fields={[{ name: "name", label: t("name") }]} />
      <List<ClientType>
        id={`types?${name}`}
        caption={t("client_types")}
        keyOf={({ id }) => id}
        read={(page, signal) => ask<ClientType[]>("/admin/client_types", { query: { name, page }, signal })}
        columns={[
          { title: t("name"), cell: (one) => <a href={href(["types", one.id])}>{one.name}</a> },
          { title: t("acts_for"), cell: ({ context }) => (context === "any" ? t("context_any") : t("context_own")) },
          { title: t("scopes"), cell: (one) => count(one) },
        ]}
      />
    </>
  );
}
