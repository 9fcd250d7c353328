// The clients: searched and filtered by the server.
import { ask } from "../api";
import { Filters } from "../filters";
import { time } from "../format";
import { t } from "../language";
import { List, type Column } from "../list";
import type { Client } from "../records";
import { href, route } from "../router";
import { Title } from "../title";

const FILTERS = ["name", "id", "user_id", "is_blocked", "unused_for"];

const columns = (): Column<Client>[] => [
  { title: t("name"), cell: (client) => <a href={href(["clients", client.id])}>{client.name}</a> },
  { title: t("id"), cell: ({ id }) => <code>{id}</code> },
  { title: t("state"), cell: (client) => <State client={client} /> },
  { title: t("made"), cell: ({ inserted_at }) => time(inserted_at) },
];

export function State({ client: { is_blocked, block_reason } }: { client: Client }) {
  return is_blocked ? <span class="bad">{t("blocked")}{block_reason && `: ${block_reason}`}</span> : <span>{t("active")}</span>;
}

export function ClientsScreen() {
  const given = Object.fromEntries(FILTERS.map((name) => [name, route.value.query.get(name) ?? ""]));
  return (
    <>
      <Title>{t("clients")}</Title>
      <Filters
        fields={[
          { name: "name", label: t("name_contains") },
          { name: "id", label: t("id") },
          { name: "user_id", label: t("registered_by") },
          { name: "is_blocked", label: t("state"), options: [{ value: "", label: t("any") }, { value: "true", label: t("blocked") }, { value: "false", label: t("active") }] },
          { name: "unused_for", label: t("unused_for"), options: [{ value: "", label: t("any") }, ...[30, 90, 180, 365].map((days) => ({ value: String(days), label: t("days", { days }) }))] },
        ]}
      />
      <List id={`clients?${JSON.stringify(given)}`} caption={t("clients")} columns={columns()} keyOf={({ id }) => id} read={(page, signal) => ask<Client[]>("/admin/clients", { query: { ...given, page }, signal })} />
    </>
  );
}
