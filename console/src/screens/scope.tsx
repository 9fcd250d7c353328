// Who has one scope, and by which path.
import { pathOf } from "../api";
import { time } from "../format";
import { t } from "../language";
import type { Holder } from "../records";
import { href, hrefWith, route } from "../router";
import { Title } from "../title";
import { Walk } from "../walk";
import { ReviewThis } from "./reviews";

const KINDS = ["user", "client", "connection"] as const;

/** The page of a holder. */
function Who({ kind, id, client_id }: Holder) {
  if (kind === "user") return <a href={href(["users", id])}>{id}</a>;
  return <a href={href(kind === "connection" && client_id ? ["clients", client_id, "connections", id] : ["clients", id])}><code>{id}</code></a>;
}

/** What gives the scope: a role at a client, or the type of a client. */
function Path({ role_id, role_name, client_id, client_type }: Holder) {
  if (!role_id) return <>{client_type}</>;
  return <><a href={href(["roles", role_id])}>{role_name}</a> · {client_id ? <a href={href(["clients", client_id])}><code>{client_id}</code></a> : t("every_client")}</>;
}

export function ScopeScreen() {
  const scope = route.value.parts[1] ?? "";
  const type = KINDS.find((kind) => kind === route.value.query.get("type")) ?? "user";
  const label = { user: t("users"), client: t("clients"), connection: t("connections") };
  return (
    <>
      <Title>{scope}</Title>
      <nav class="pages" aria-label={t("who")}>
        {KINDS.map((kind) => <a key={kind} href={hrefWith({ type: kind })} aria-current={kind === type ? "page" : undefined}>{label[kind]}</a>)}
      </nav>
      <Walk<Holder>
        path={`${pathOf("admin", "scopes", scope, "holders")}?type=${type}`}
        caption={t("who_has_it")}
        empty={t("nobody_has_it")}
        keyOf={({ id, role_id, client_id }) => `${id} ${role_id} ${client_id}`}
        columns={[
          { title: t("who"), cell: (one) => <Who {...one} /> },
          { title: t("why"), cell: (one) => <Path {...one} /> },
          { title: t("since"), cell: ({ since }) => time(since) },
          { title: t("last_used"), cell: ({ last_used_at }) => time(last_used_at) },
        ]}
      />
      <ReviewThis of={{ scope }} />
    </>
  );
}
