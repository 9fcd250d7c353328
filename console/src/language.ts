// The language of the page, and the way from a key to its text.
import { signal } from "@preact/signals";
import { TEXTS, type Key } from "./texts";

export type Language = "en" | "uk";

const preferred = (): Language => (navigator.languages.find((one) => /^(en|uk)\b/.test(one)) ?? "en").startsWith("uk") ? "uk" : "en";

export const language = signal<Language>(preferred());

/** The text of a key in the language of the page, with each {name} replaced. */
export function t(key: Key, values: Record<string, string | number> = {}): string {
  const text = TEXTS[key][language.value === "en" ? 0 : 1];
  return text.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
}

/** The text of a key that a value makes, or the value itself when there is no such key. */
export const tOr = (key: string, otherwise: string) => (key in TEXTS ? t(key as Key) : otherwise);
