// The audit: filters, a timeline, each row linked to its record, the export, and the check of the chain in the browser.
import { useRef, useState } from "preact/hooks";
import { send } from "../api";
import { AUDIT_FILTERS, pageOf, readAudit, type AuditFilters } from "../audit-read";
import { verifyAll, type Verdict } from "../chain";
import { saveFile } from "../file";
import { Filters } from "../filters";
import { number, relative, time } from "../format";
import { Fields } from "../history";
import { t } from "../language";
import { List, type Column } from "../list";
import { Failure } from "../refusal";
import type { AuditRow } from "../records";
import { href, route } from "../router";
import { Title } from "../title";

function Subject({ subject }: Pick<AuditRow, "subject">) {
  const [kind, id] = subject.split("/");
  const page = pageOf(subject);
  return (
    <>
      {page ? <a href={href(page)}>{kind} {id?.slice(0, 8)}</a> : <code>{subject}</code>}{" "}
      <a href={href(["audit"], { subject })}>{t("its_history")}</a>
    </>
  );
}

const columns = (): Column<AuditRow>[] => [
  { title: t("number"), cell: ({ seq, hash }) => <>{number(seq)}{hash && <span class="quiet" title={hash}> ⛓</span>}</> },
  { title: t("when"), cell: ({ at }) => <time dateTime={at} title={time(at)}>{relative(at)}, {time(at)}</time> },
  { title: t("actor"), cell: ({ actor }) => <a href={href(["audit"], { actor })}>{actor}</a> },
  { title: t("action"), cell: ({ action }) => <a href={href(["audit"], { action })}><code>{action}</code></a> },
  { title: t("record"), cell: (row) => <Subject {...row} /> },
  { title: t("fields"), cell: (row) => <Fields {...row} /> },
];

export function AuditScreen() {
  const given: AuditFilters = Object.fromEntries(AUDIT_FILTERS.map((name) => [name, route.value.query.get(name) ?? ""]));
  const hint = t("time_hint");
  return (
    <>
      <Title>{t("audit")}</Title>
      <Filters
        fields={[
          { name: "actor", label: t("actor") },
          { name: "client_id", label: t("client") },
          { name: "action", label: t("action") },
          { name: "subject", label: t("record"), hint: t("subject_hint") },
          { name: "from", label: t("from"), hint },
          { name: "to", label: t("to"), hint },
        ]}
      />
      <Tools given={given} />
      <List id={`audit?${JSON.stringify(given)}`} caption={t("audit")} columns={columns()} keyOf={({ seq }) => seq} read={(page, signal) => readAudit(given, page, signal)} />
    </>
  );
}

type Work = { kind: "export" | "verify"; rows: number };

/** Two long works over all rows: each shows how far it is and can be stopped. */
function Tools({ given }: { given: AuditFilters }) {
  const [work, setWork] = useState<Work>();
  const [verdict, setVerdict] = useState<Verdict>();
  const [error, setError] = useState<unknown>();
  const stop = useRef<AbortController>(undefined);

  async function begin(kind: Work["kind"], body: (progress: (rows: number) => void, signal: AbortSignal) => Promise<void>) {
    const controller = new AbortController();
    stop.current = controller;
    setVerdict(undefined);
    setError(undefined);
    setWork({ kind, rows: 0 });
    try {
      await body((rows) => setWork({ kind, rows }), controller.signal);
    } catch (found) {
      if (!controller.signal.aborted) setError(found);
    }
    setWork(undefined);
  }

  return (
    <>
      <p class="buttons">
        <button type="button" disabled={work !== undefined} onClick={() => void begin("verify", async (progress, signal) => setVerdict(await verifyAll(progress, signal)))}>{t("verify")}</button>
        <button type="button" disabled={work !== undefined} onClick={() => void begin("export", (progress, signal) => save(given, progress, signal))}>{t("export")}</button>
        {work && <><progress aria-label={t("working")} /> <span role="status">{t("rows_so_far", { rows: number(work.rows) })}</span> <button type="button" onClick={() => stop.current?.abort()}>{t("stop")}</button></>}
      </p>
      {error !== undefined && <Failure error={error} />}
      {verdict && <Told {...verdict} />}
    </>
  );
}

function Told({ rows, unsealed, head, broken }: Verdict) {
  if (broken !== undefined) return <p class="failure" role="alert">{t("verified_broken", { seq: number(broken) })}</p>;
  return <p class="good" role="status">{t("verified", { rows: number(rows), unsealed: number(unsealed), seq: number(head?.seq ?? 0) })} <code>{head?.hash}</code></p>;
}

/** Writes the rows that the filters choose into a file, portion by portion. */
async function save(given: AuditFilters, progress: (rows: number) => void, signal: AbortSignal) {
  const portions: string[] = [];
  let rows = 0;
  for (let next: string | undefined = "0"; next !== undefined; ) {
    const answer: Response = await send("/admin/audit.ndjson", { query: { ...given, after: next, limit: 250 }, headers: { accept: "application/x-ndjson" }, signal });
    const text = await answer.text();
    portions.push(text);
    rows += text.split("\n").filter(Boolean).length;
    progress(rows);
    next = /[?&]after=(\d+)[^>]*>; *rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
  }
  saveFile("audit.ndjson", portions, "application/x-ndjson");
}
