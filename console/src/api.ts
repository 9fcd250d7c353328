// The one place that calls the API. It adds the token, the tag of what was read and an idempotency key, and turns every
// refusal of both dialects into a `Refusal`.
import { end, session } from "./session";

export const ENDPOINT = "/Endpoint/rest/api/v1";
export const PAGE_SIZE = 50;

type Json = Record<string, any>;

export interface Paging {
  /** Counted from 1, in both dialects. */
  page: number;
  pages: number;
  total: number;
  /** Where a page of long records was cut, for `skip`. */
  cutAt: number | undefined;
}

export interface Answer<T> {
  data: T;
  paging: Paging | undefined;
  /** The body as it came. */
  body: Json;
  /** The address of the rest of the list (`Link`, RFC 8288). */
  next: string | undefined;
  /** The tag of the record, for `If-Match`. */
  tag: string | undefined;
  requestId: string;
  status: number;
}

export interface Rule {
  entry: string;
  text: string;
}

/** Why the service said no, or why it was not reached (`status` 0). */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly requestId = "",
    /** The scopes that the token lacks. */
    readonly scopes: string[] = [],
    /** What is wrong with which part of the request. */
    readonly rules: Rule[] = [],
  ) {
    super(message);
  }
}

export interface Ask {
  method?: string;
  query?: Record<string, string | number | boolean | undefined>;
  body?: unknown;
  /** Sent as `If-Match`. */
  tag?: string | undefined;
  /** Sent as `Idempotency-Key`: the same for each try of one change. */
  key?: string | undefined;
  /** Asks what the change would do, and changes nothing. */
  isDry?: boolean | undefined;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** A path of encoded parts: `pathOf("admin", "roles", id)`. */
export const pathOf = (...parts: (string | number)[]) => `/${parts.map((part) => encodeURIComponent(part)).join("/")}`;

function urlOf(path: string, query: Ask["query"] = {}) {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return path + (text && `?${text}`);
}

/** The quoted value of a member of `WWW-Authenticate`. */
const challenge = (header: string | null, name: string) => new RegExp(`${name}="([^"]*)"`).exec(header ?? "")?.[1];

function refusalOf(answer: Response, body: Json): Refusal {
  const header = answer.headers.get("www-authenticate");
  const id = answer.headers.get("x-request-id") ?? body.RequestKey ?? "";
  const { error = {} } = body;
  const said: string = body.Errors?.join(" ") ?? error.message ?? challenge(header, "error_description") ?? "";
  const rules = (error.invalid ?? []).flatMap((one: Json) => (one.rules ?? []).map((rule: Json) => ({ entry: String(one.entry ?? ""), text: String(rule.description ?? rule.rule ?? "") })));
  const scopes = (answer.status === 403 ? challenge(header, "scope") : undefined)?.split(" ") ?? [];
  if (answer.status === 401) end(challenge(header, "error_description") ?? said);
  return new Refusal(answer.status, said, id, scopes, rules);
}

function pagingOf({ paging, Meta }: Json): Paging | undefined {
  if (paging) return { page: paging.page_number, pages: paging.total_pages, total: paging.total_entries, cutAt: paging.cut_at };
  if (!Meta || Meta.TotalItems === undefined) return undefined;
  return { page: Meta.CurrentPage + 1, pages: Math.ceil(Meta.TotalItems / (Meta.PageSize || PAGE_SIZE)), total: Meta.TotalItems, cutAt: Meta.CutAt };
}

/** Sends a request and returns the answer with its body unread. Throws a `Refusal` when there is none or it is not 2xx. */
export async function send(path: string, { method = "GET", query, body, tag, key, isDry, headers, signal }: Ask = {}): Promise<Response> {
  const sent: Record<string, string> = { accept: "application/json", ...headers };
  if (session.value) sent.authorization = `Bearer ${session.value.token}`;
  if (body !== undefined) sent["content-type"] = "application/json";
  if (tag) sent["if-match"] = tag;
  if (key) sent["idempotency-key"] = key;
  if (isDry) sent.prefer = "dry-run";
  const init: RequestInit = { method, headers: sent, cache: "no-store", redirect: "error" };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal) init.signal = signal;
  const answer = await fetch(urlOf(path, query), init).catch((error: unknown) => {
    if (signal?.aborted) throw error;
    throw new Refusal(0, "");
  });
  if (!answer.ok) throw refusalOf(answer, ((await answer.json().catch(() => ({}))) as Json) ?? {});
  return answer;
}

/** Sends a request and reads its answer: `data` of Mithril's envelope, `Data` of an Endpoint list, or the bare record. */
export async function ask<T>(path: string, given: Ask = {}): Promise<Answer<T>> {
  const answer = await send(path, given);
  const text = await answer.text();
  const body = (text ? JSON.parse(text) : {}) as Json;
  const data = "meta" in body ? body.data : "Meta" in body && "Data" in body ? body.Data : body;
  const next = /<(?:https?:\/\/[^/>]+)?([^>]+)>; *rel="next"/.exec(answer.headers.get("link") ?? "")?.[1];
  return { data: data as T, body, next, paging: pagingOf(body), tag: answer.headers.get("etag") ?? undefined, requestId: answer.headers.get("x-request-id") ?? "", status: answer.status };
}

/** The query of a page of an Endpoint list. */
export const endpointPage = (page: number, filters?: string, orders?: string) => ({ CurrentPage: page - 1, PageSize: PAGE_SIZE, Filters: filters, Orders: orders });
