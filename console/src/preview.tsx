// What a change would do to who may do what: its dry run, which writes nothing.
import type { Answer } from "./api";
import { number } from "./format";
import { t } from "./language";
import { Table } from "./list";

interface Mithril {
  gains: number;
  loses: number;
  subjects: number;
  changes: { subject: { type: string; id: string; client_id?: string | null }; scope: string; change: string; path: string[] }[];
}

interface Endpoint {
  Gains: number;
  Loses: number;
  Subjects: number;
  Data: { Subject: { Id: number; ExternalId: string }; Permission: { AccessRoleId: string; PermissionId: string; AccessGroupTypeId: string }; Change: string; Path: string[] }[];
}

interface WhatIf {
  gains: number;
  loses: number;
  subjects: number;
  changes: { who: string; what: string; change: string; path: string[] }[];
}

/** The answer of a dry run, of either dialect. */
function read({ data, body }: Answer<unknown>): WhatIf {
  if ("Gains" in body) {
    const { Gains: gains, Loses: loses, Subjects: subjects, Data } = body as unknown as Endpoint;
    const changes = Data.map(({ Subject, Permission, Change, Path }) => ({ who: Subject.ExternalId || String(Subject.Id), what: `${Permission.AccessRoleId}: ${Permission.PermissionId} (${Permission.AccessGroupTypeId})`, change: Change, path: Path }));
    return { gains, loses, subjects, changes };
  }
  const { gains, loses, subjects, changes } = data as Mithril;
  return { gains, loses, subjects, changes: changes.map(({ subject: { type, id, client_id }, scope, change, path }) => ({ who: `${type} ${id}${client_id ? ` @ ${client_id}` : ""}`, what: scope, change, path })) };
}

export function Preview({ answer }: { answer: Answer<unknown> }) {
  const { gains, loses, subjects, changes } = read(answer);
  if (gains + loses === 0) return <p role="status">{t("what_if_nothing")}</p>;
  return (
    <>
      <p role="status">{t("what_if_counts", { gains: number(gains), loses: number(loses), subjects: number(subjects) })}</p>
      <Table
        caption={t("what_if")}
        rows={changes}
        keyOf={({ who, what }) => `${who} ${what}`}
        columns={[
          { title: t("who"), cell: ({ who }) => <code>{who}</code> },
          { title: t("right"), cell: ({ what }) => <code>{what}</code> },
          { title: t("change"), cell: ({ change }) => (change === "gains" ? t("gains") : <span class="bad">{t("loses")}</span>) },
          { title: t("why"), cell: ({ path }) => path.join(" → ") },
        ]}
      />
      {gains + loses > changes.length && <p class="quiet">{t("first_shown", { shown: number(changes.length) })}</p>}
    </>
  );
}
