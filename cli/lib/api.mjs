// The API of a deployment: who calls, retries under one idempotency key, pages, and errors as sentences.
import { randomUUID } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Stop } from "../../scripts/lib/project.mjs";
import { EXIT } from "./exit.mjs";

const TRIES = 5;
const MAX_WAIT = 30_000;
const TIMEOUT = 60_000;

/** The file that `login` writes: { url, client_id, client_secret }, readable by its owner only. */
export const profilePath = () => join(process.env.XDG_CONFIG_HOME || join(homedir(), ".config"), "mithril-edge", "profile.json");

/** The service refused a call. */
export class Refused extends Stop {
  constructor(status, message, exitCode = EXIT.refused) {
    super(message);
    this.status = status;
    this.exitCode = exitCode;
  }
}

/** The options of every verb that calls the API. */
export const CALLER = {
  url: { value: "URL", help: "the address of the service; or MITHRIL_EDGE_URL, or that of `login`" },
  json: { help: "prints the answer as JSON" },
};

function profile() {
  const file = profilePath();
  if (!existsSync(file)) return {};
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    throw new Stop(`${file} is not JSON. Run \`mithril-edge login\` again.`);
  }
}

/** What an error answer says, in any dialect. */
function sentence(status, json, text) {
  const error = json?.error;
  const rules = error?.invalid?.map(({ entry, rules: list }) => `${entry} ${list?.[0]?.description ?? list?.[0]?.rule ?? ""}`.trim()).join("; ");
  const endpoint = json?.Errors?.map?.(({ Message }) => Message).join("; ") ?? json?.Message;
  return `${status}: ${rules || error?.message || json?.error_description || endpoint || error || text.slice(0, 200) || "no text"}`;
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Api {
  /** @param {{ url: string, token?: string, client?: { id: string, secret: string } }} given */
  constructor(given) {
    Object.assign(this, given);
  }

  /** The API that the options, the environment or `login` name. */
  static of(values) {
    const { MITHRIL_EDGE_URL, MITHRIL_EDGE_TOKEN, MITHRIL_EDGE_CLIENT_ID, MITHRIL_EDGE_CLIENT_SECRET } = process.env;
    const known = profile();
    const url = values.url ?? MITHRIL_EDGE_URL ?? known.url;
    if (!url) throw new Stop("No service is named. Give --url, set MITHRIL_EDGE_URL, or run `mithril-edge login`.");
    let address;
    try {
      address = new URL(url);
    } catch {
      throw new Stop(`"${url}" is no URL.`);
    }
    const isLocal = ["localhost", "127.0.0.1", "[::1]"].includes(address.hostname);
    if (address.protocol !== "https:" && !(address.protocol === "http:" && isLocal)) throw new Stop(`"${url}" must be an https address, or http for localhost: it gets your secret.`);
    if (MITHRIL_EDGE_TOKEN) return new Api({ url: address, token: MITHRIL_EDGE_TOKEN });
    if (MITHRIL_EDGE_CLIENT_ID) return new Api({ url: address, client: { id: MITHRIL_EDGE_CLIENT_ID, secret: MITHRIL_EDGE_CLIENT_SECRET ?? "" } });
    // The secret of a profile goes to its own address only.
    if (known.client_id && new URL(known.url).origin === address.origin) return new Api({ url: address, client: { id: known.client_id, secret: known.client_secret } });
    throw new Stop("Nobody is logged in there. Run `mithril-edge login URL`, or set MITHRIL_EDGE_TOKEN, or MITHRIL_EDGE_CLIENT_ID and MITHRIL_EDGE_CLIENT_SECRET.");
  }

  /** Sends a request until it has an answer: { status, headers, json, text }. A change keeps its idempotency key. */
  async send(method, path, { headers = {}, body } = {}) {
    const sent = { method, headers: { accept: "application/json", ...headers }, body, redirect: "manual" };
    for (let left = TRIES - 1; ; left -= 1) {
      let why;
      let wait = Math.min(MAX_WAIT, 250 * 2 ** (TRIES - 1 - left));
      try {
        const answer = await fetch(new URL(path, this.url), { ...sent, signal: AbortSignal.timeout(TIMEOUT) });
        const text = await answer.text();
        let json;
        try {
          json = JSON.parse(text);
        } catch {
          // NDJSON and empty answers are text.
        }
        if (answer.status !== 429 && answer.status < 500) return { status: answer.status, headers: answer.headers, json, text };
        why = sentence(answer.status, json, text);
        const after = Number(answer.headers.get("retry-after"));
        if (after > 0) wait = Math.min(MAX_WAIT, after * 1000);
      } catch (error) {
        why = error?.cause?.code ?? error?.cause?.message ?? error.message;
      }
      if (left === 0) throw new Refused(0, `${this.url.origin} did not answer after ${TRIES} tries (${why}).`, EXIT.unreachable);
      await pause(wait);
    }
  }

  /** The access token; a new one is fetched when there is none. */
  async access() {
    if (this.token) return this.token;
    const basic = Buffer.from([this.client.id, this.client.secret].map(encodeURIComponent).join(":")).toString("base64");
    const headers = { authorization: `Basic ${basic}`, "content-type": "application/x-www-form-urlencoded" };
    const { status, json, text } = await this.send("POST", "/oauth/token", { headers, body: "grant_type=client_credentials" });
    if (status !== 200) throw new Refused(status, `The client was not let in: ${sentence(status, json, text)}`);
    this.scope = json.scope;
    return (this.token = json.access_token);
  }

  /** Makes a call. Returns the answer, or throws what the service says; `may` are further statuses that are no error. */
  async call(method, path, { body, headers = {}, may = [] } = {}) {
    const isChange = method !== "GET";
    const more = { ...headers, ...(body !== undefined && { "content-type": "application/json" }), ...(isChange && { "idempotency-key": randomUUID() }) };
    for (let isFirst = true; ; isFirst = false) {
      const answer = await this.send(method, path, { headers: { ...more, authorization: `Bearer ${await this.access()}` }, body: body === undefined ? undefined : JSON.stringify(body) });
      // A token of ours may have expired in the middle of a long run.
      if (answer.status === 401 && isFirst && this.client) {
        this.token = undefined;
        continue;
      }
      if (answer.status < 300 || may.includes(answer.status)) return answer;
      throw new Refused(answer.status, `${method} ${path} ${sentence(answer.status, answer.json, answer.text)}`);
    }
  }

  /** All records of a list whose pages lead to the next one by their Link (RFC 8288). */
  async *walk(path, query = {}) {
    let next = `${path}?${new URLSearchParams(query)}`;
    while (next !== undefined) {
      const { headers, json } = await this.call("GET", next);
      yield* json.data;
      const link = /<([^>]+)>\s*;[^,]*rel="?next"?/.exec(headers.get("link") ?? "")?.[1];
      // The token goes to this service only, whatever address the link has.
      next = link === undefined ? undefined : ((url) => `${url.pathname}${url.search}`)(new URL(link, this.url));
    }
  }

  /** All records of a list, of either dialect, page by page. */
  async *list(path, query = {}) {
    const isEndpoint = path.startsWith("/Endpoint/");
    const size = isEndpoint ? 1000 : 300;
    const names = isEndpoint ? ["CurrentPage", "PageSize", "Skip"] : ["page", "page_size", "skip"];
    let page = isEndpoint ? 0 : 1;
    let skip = 0;
    for (;;) {
      const search = new URLSearchParams({ ...query, [names[0]]: page, [names[1]]: size, ...(skip > 0 && { [names[2]]: skip }) });
      const { json } = await this.call("GET", `${path}?${search}`);
      const records = isEndpoint ? json.Data : json.data;
      yield* records;
      const [cut, used, total] = isEndpoint ? [json.Meta.CutAt, json.Meta.PageSize, json.Meta.TotalItems] : [json.paging.cut_at, json.paging.page_size, json.paging.total_entries];
      if (cut !== undefined && cut !== null) skip = cut;
      else if ((isEndpoint ? page + 1 : page) * used >= total || records.length === 0) return;
      else [page, skip] = [page + 1, 0];
    }
  }
}
