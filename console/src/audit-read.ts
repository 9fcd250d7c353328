// Reading the audit, newest rows first. The service numbers its pages from the oldest row, so the newest page is its last.
import { PAGE_SIZE, ask, type Answer } from "./api";
import type { AuditRow } from "./records";

export const AUDIT_FILTERS = ["actor", "client_id", "action", "subject", "from", "to"] as const;
export type AuditFilters = Partial<Record<(typeof AUDIT_FILTERS)[number], string>>;

/** How many pages the service had under these filters when it was last asked. */
const known = new Map<string, number>();

const nameOf = (filters: AuditFilters) => JSON.stringify(AUDIT_FILTERS.map((name) => filters[name] ?? ""));

/** The overview tells how many rows there are, so that the newest page needs no call to find it. */
export const keepRows = (rows: number) => void known.set(nameOf({}), Math.max(1, Math.ceil(rows / PAGE_SIZE)));

/** A page counted from the newest row. It is one call, and two when the number of pages was not known or has changed. */
export async function readAudit(filters: AuditFilters, page: number, signal: AbortSignal): Promise<Answer<AuditRow[]>> {
  const name = nameOf(filters);
  const read = (place: number) => ask<AuditRow[]>("/admin/audit", { query: { ...filters, page: place, page_size: PAGE_SIZE }, signal });
  const place = (pages: number) => Math.max(1, pages - page + 1);
  const guessed = place(known.get(name) ?? 1);
  let answer = await read(guessed);
  const pages = Math.max(1, answer.paging?.pages ?? 1);
  known.set(name, pages);
  if (place(pages) !== guessed) answer = await read(place(pages));
  const data = page > pages ? [] : [...answer.data].reverse();
  return { ...answer, data, paging: answer.paging && { ...answer.paging, page } };
}

/** The page of the console that shows what an audit row is about, or undefined for what has no page. */
export function pageOf(subject: string): string[] | undefined {
  const [kind, id] = subject.split("/");
  if (!id) return undefined;
  const screens: Record<string, string> = { client: "clients", connection: "connections", role: "roles", client_type: "types", access_group: "groups", user: "users", review: "reviews" };
  const screen = screens[kind ?? ""];
  return screen ? [screen, id] : undefined;
}
