// What the Endpoint dialect needs: filters without quotes, and lists that are read to their end.
import { ENDPOINT, ask, endpointPage, pathOf } from "./api";

/** The longest pattern of `Like`, in bytes, less its two wildcards. */
const LONGEST = 48;

/** A comparison `field Like %text%`. The language has no quotes, so what would end the value becomes a wildcard. */
export function like(field: string, text: string): string {
  let plain = text.trim().replace(/[()%]/g, "%").replace(/\s+(AND|OR)\s+/g, "%");
  while (new TextEncoder().encode(plain).length > LONGEST) plain = plain.slice(0, -1);
  return `${field} Like %${plain}%`;
}

export const endpointPath = (...parts: (string | number)[]) => ENDPOINT + pathOf(...parts);

/** All records of a list, page by page. */
export async function all<T>(path: string, filters: string | undefined, signal: AbortSignal): Promise<T[]> {
  const found: T[] = [];
  for (let page = 1, pages = 1; page <= pages; page += 1) {
    const answer = await ask<T[]>(path, { query: endpointPage(page, filters), signal });
    found.push(...answer.data);
    pages = answer.paging?.pages ?? 1;
  }
  return found;
}
