// Where the reader is. The address is in the fragment, so that the server serves one page and a link can be kept.
import { signal } from "@preact/signals";

export interface Route {
  /** The parts of the path, decoded: `#/clients/1` is `["clients", "1"]`. */
  parts: string[];
  query: URLSearchParams;
}

const decoded = (part: string) => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

function read(): Route {
  const [path = "", query = ""] = location.hash.replace(/^#\/?/, "").split("?");
  return { parts: path.split("/").filter(Boolean).map(decoded), query: new URLSearchParams(query) };
}

export const route = signal<Route>(read());
addEventListener("hashchange", () => (route.value = read()));

/** The address of a page of the console. Empty values of the query are left out. */
export function href(parts: string[], query: Record<string, string | number | undefined> = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `#/${parts.map(encodeURIComponent).join("/")}${text && `?${text}`}`;
}

export const go = (to: string) => void (location.hash = to);

/** The address of this page with other values in its query. */
export function hrefWith(query: Record<string, string | number | undefined>): string {
  return href(route.value.parts, { ...Object.fromEntries(route.value.query), ...query });
}
