// The history of one record: who changed what and when, from the audit.
import { readAudit } from "./audit-read";
import { relative, time } from "./format";
import { t } from "./language";
import { List } from "./list";
import type { AuditRow } from "./records";
import { href } from "./router";

export function Fields({ fields }: Pick<AuditRow, "fields">) {
  return <>{fields.length === 0 ? <span class="quiet">{t("nothing_changed")}</span> : fields.join(", ")}</>;
}

/** `version` is the tag of the record: another one reads the history again. */
export function History({ subject, version }: { subject: string; version?: string | undefined }) {
  return (
    <section aria-labelledby="history">
      <h2 id="history">{t("history")}</h2>
      <List<AuditRow>
        id={`history of ${subject} ${version ?? ""}`}
        name="history"
        caption={t("history")}
        keyOf={({ seq }) => seq}
        empty={t("no_history")}
        read={(page, signal) => readAudit({ subject }, page, signal)}
        columns={[
          { title: t("when"), cell: ({ at }) => <time dateTime={at} title={time(at)}>{relative(at)}, {time(at)}</time> },
          { title: t("actor"), cell: ({ actor }) => actor },
          { title: t("action"), cell: ({ action }) => <code>{action}</code> },
          { title: t("fields"), cell: (row) => <Fields {...row} /> },
        ]}
      />
      <p><a href={href(["audit"], { subject })}>{t("in_audit")}</a></p>
    </section>
  );
}
