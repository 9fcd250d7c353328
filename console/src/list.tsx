// A list that the server pages and filters: one call for each page. On a phone each row becomes a card.
import type { ComponentChildren } from "preact";
import type { Answer, Paging } from "./api";
import { number } from "./format";
import { t } from "./language";
import { Loaded, useLoad } from "./load";
import { hrefWith, route } from "./router";

export interface Column<T> {
  title: string;
  cell: (row: T) => ComponentChildren;
}

interface TableProps<T> {
  caption: string;
  columns: Column<T>[];
  rows: T[];
  keyOf: (row: T) => string | number;
}

export function Table<T>({ caption, columns, rows, keyOf }: TableProps<T>) {
  if (rows.length === 0) return <p class="quiet">{t("nothing_here")}</p>;
  return (
    <table role="table">
      <caption class="unseen">{caption}</caption>
      <thead role="rowgroup">
        <tr role="row">{columns.map(({ title }) => <th role="columnheader" scope="col" key={title}>{title}</th>)}</tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((row) => (
          <tr role="row" key={keyOf(row)}>
            {columns.map(({ title, cell }) => <td role="cell" key={title} data-label={title}>{cell(row)}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Pages({ paging: { page, pages, total, cutAt }, name = "page" }: { paging: Paging; name?: string }) {
  const to = (wanted: number, label: string) => (wanted >= 1 && wanted <= pages ? <a href={hrefWith({ [name]: wanted })}>{label}</a> : <span class="quiet">{label}</span>);
  return (
    <nav class="pages" aria-label={t("pages")}>
      {to(page - 1, t("previous"))}
      <span>{t("page_of", { page: number(page), pages: number(Math.max(pages, 1)), total: number(total) })}</span>
      {to(page + 1, t("next"))}
      {cutAt !== undefined && <span>{t("page_cut", { place: number(cutAt) })}</span>}
    </nav>
  );
}

/** The page of a list that the address asks for. */
export const pageOf = (name = "page") => Math.max(1, Math.floor(Number(route.value.query.get(name) ?? "1")) || 1);

interface ListProps<T> extends Omit<TableProps<T>, "rows"> {
  /** Names what is listed; another key reads again. */
  id: string;
  read: (page: number, signal: AbortSignal) => Promise<Answer<T[]>>;
  /** The name of the page's number in the address. */
  name?: string;
  empty?: ComponentChildren;
}

export function List<T>({ id, read, name = "page", empty, ...table }: ListProps<T>) {
  const page = pageOf(name);
  const loading = useLoad(`${id}#${page}`, (signal) => read(page, signal));
  return (
    <Loaded of={loading}>
      {({ data, paging }) => (
        <>
          {data.length === 0 && empty !== undefined ? <p class="quiet">{empty}</p> : <Table {...table} rows={data} />}
          {paging && (paging.pages > 1 || page > 1) && <Pages paging={paging} name={name} />}
        </>
      )}
    </Loaded>
  );
}
