// Reading the audit, newest rows first.
import { ask, type Answer, type Ask } from "./api";
import type { AuditRow } from "./records";

export const AUDIT_FILTERS = ["actor", "client_id", "action", "subject", "from", "to"] as const;

/** A page of the audit. The service answers the newest row first. */
export const readAudit = (query: Ask["query"], page: number, signal: AbortSignal): Promise<Answer<AuditRow[]>> =>
  ask<AuditRow[]>("/admin/audit", { query: { order: "newest", ...query, page }, signal });

/** The page of the console that shows what an audit row is about, or undefined for what has no page. */
export function pageOf(subject: string): string[] | undefined {
  const [kind, id] = subject.split("/");
  if (!id) return undefined;
  const screens: Record<string, string> = { client: "clients", role: "roles", client_type: "types", access_group: "groups", user: "users" };
  const screen = screens[kind ?? ""];
  return screen ? [screen, id] : undefined;
}
