// Secrets over all connections, as the overview and the list of secrets show them.
import { ask, type Ask } from "./api";
import { relative, time } from "./format";
import { t } from "./language";
import { Table, type Column } from "./list";
import type { DueSecret } from "./records";
import { href } from "./router";

export const readSecrets = (query: Ask["query"], signal: AbortSignal) => ask<DueSecret[]>("/admin/secrets", { query, signal });

export const secretColumns = (): Column<DueSecret>[] => [
  { title: t("connection"), cell: (row) => <a href={href(["clients", row.client_id, "connections", row.connection_id])}>{row.client_name || row.client_id} · {row.connection_id.slice(0, 8)}</a> },
  { title: t("hint"), cell: (row) => <><code>…{row.hint}</code> {row.is_current ? t("current") : t("old")}</> },
  { title: t("age"), cell: (row) => <time dateTime={row.created_at} title={time(row.created_at)}>{relative(row.created_at)}</time> },
  { title: t("expires"), cell: (row) => (row.expires_at ? <time dateTime={row.expires_at} title={time(row.expires_at)}>{relative(row.expires_at)}</time> : t("no_end")) },
  { title: t("last_used"), cell: (row) => <span title={time(row.last_used_at)}>{relative(row.last_used_at)}</span> },
];

export function SecretTable({ rows, caption }: { rows: DueSecret[]; caption: string }) {
  return <Table caption={caption} columns={secretColumns()} rows={rows} keyOf={({ id }) => id} />;
}
