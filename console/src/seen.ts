// What this page has seen of the redirect URIs since it was opened. The service's audit keeps the names of changed fields
// and no values, so a former value can only come from here.
import { signal } from "@preact/signals";

const seen = signal<Record<string, string[]>>({});

/** Keeps the redirect URI of a connection, the newest last. */
export function keepRedirect(connection: string, uri: string): void {
  const known = seen.value[connection] ?? [];
  if (known.at(-1) !== uri) seen.value = { ...seen.value, [connection]: [...known.filter((one) => one !== uri), uri] };
}

/** The redirect URIs that a connection had before the one that it has, the newest first. */
export const formerRedirects = (connection: string, now: string): string[] => (seen.value[connection] ?? []).filter((uri) => uri !== now).reverse();
