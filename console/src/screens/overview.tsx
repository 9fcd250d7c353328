// What needs a hand today. The first thing it says is what is not set up yet, with the command that mends it.
import { ask } from "../api";
import { keepRows } from "../audit-read";
import { number, relative, time } from "../format";
import { t, tOr } from "../language";
import { Loaded, useLoad } from "../load";
import type { Overview } from "../records";
import { href } from "../router";
import { SecretTable, readSecrets } from "../secret-table";
import { Title } from "../title";

interface Tile {
  label: string;
  count: number;
  to: string;
  isBad: boolean;
}

function tiles({ secrets, clients }: Overview): Tile[] {
  const tile = (label: string, count: number, to: string, isBad = count > 0): Tile => ({ label, count, to, isBad });
  return [
    tile(t("secrets_expire"), secrets.expire_within_14_days, href(["secrets"], { expires_within: 14 })),
    tile(t("secrets_old_used"), secrets.old_still_used, href(["secrets"], { old_still_used: "true" })),
    tile(t("secrets_unused"), secrets.unused_for_90_days, href(["secrets"], { unused_for: 90 })),
    tile(t("clients_unused"), clients.unused_for_90_days, href(["clients"], { unused_for: 90 })),
    tile(t("clients_blocked"), clients.blocked, href(["clients"], { is_blocked: "true" })),
    tile(t("clients_all"), clients.total, href(["clients"]), false),
  ];
}

function Problems({ problems }: Pick<Overview, "problems">) {
  if (problems.length === 0) return <p class="good">{t("all_set_up")}</p>;
  return (
    <section class="failure" aria-labelledby="not-set-up">
      <h2 id="not-set-up">{t("not_set_up")}</h2>
      <ul>{problems.map(({ code, text, command }) => <li key={code + text}>{tOr(`problem_${code}`, text)} {command && <code class="command">{command}</code>}</li>)}</ul>
    </section>
  );
}

function Refusals({ refusals }: Pick<Overview, "refusals">) {
  const { total, by_status } = refusals.last_hour;
  const parts = Object.entries(by_status).filter(([, count]) => count > 0);
  return (
    <p>
      {t("refusals_last_hour")} <strong>{number(total)}</strong>
      {parts.length > 0 && <> ({parts.map(([status, count]) => `${status}: ${number(count)}`).join(", ")})</>}
    </p>
  );
}

export function OverviewScreen() {
  const overview = useLoad("overview", async (signal) => {
    const answer = await ask<Overview>("/admin/overview", { signal });
    keepRows(answer.data.audit.rows);
    return answer;
  });
  const due = useLoad("due", (signal) => readSecrets({ expires_within: 14, page_size: 5 }, signal));
  return (
    <>
      <Title>{t("overview")}</Title>
      <Loaded of={overview}>
        {({ data }) => (
          <>
            <Problems {...data} />
            <ul class="tiles" aria-label={t("needs_a_hand")}>
              {tiles(data).map(({ label, count, to, isBad }) => <li key={label}><a href={to} class={isBad ? "bad" : ""}><strong>{number(count)}</strong> {label}</a></li>)}
            </ul>
            <Refusals {...data} />
            <p>
              {t("audit_rows", { rows: number(data.audit.rows) })}{" "}
              {data.audit.sealed_up_to ? t("audit_sealed", { seq: number(data.audit.sealed_up_to.seq), at: time(data.audit.sealed_up_to.at), ago: relative(data.audit.sealed_up_to.at) }) : data.audit.rows > 0 && t("audit_unsealed")}
            </p>
          </>
        )}
      </Loaded>
      <h2>{t("due_first")}</h2>
      <Loaded of={due}>{({ data }) => <SecretTable rows={data} caption={t("due_first")} />}</Loaded>
    </>
  );
}
