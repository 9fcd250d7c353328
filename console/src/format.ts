// Times, ages and numbers in the language of the page.
import { language, t } from "./language";

const DAY = 86_400_000;

const locale = () => (language.value === "uk" ? "uk-UA" : "en-GB");

/** A time in the reader's own zone. */
export function time(text: string | null | undefined): string {
  const at = text ? Date.parse(text) : NaN;
  return Number.isNaN(at) ? "–" : new Intl.DateTimeFormat(locale(), { dateStyle: "medium", timeStyle: "short" }).format(at);
}

/** How long ago, or in how long: "3 days ago", "in 2 hours". */
export function relative(text: string | null | undefined): string {
  const at = text ? Date.parse(text) : NaN;
  if (Number.isNaN(at)) return t("never");
  const difference = at - Date.now();
  const format = new Intl.RelativeTimeFormat(locale(), { numeric: "auto" });
  const [unit, size] = Math.abs(difference) >= DAY ? (["day", DAY] as const) : Math.abs(difference) >= 3_600_000 ? (["hour", 3_600_000] as const) : (["minute", 60_000] as const);
  return format.format(Math.round(difference / size), unit);
}

export const number = (value: number) => new Intl.NumberFormat(locale()).format(value);

/** How many whole days ago a time was. */
export const daysSince = (text: string) => Math.floor((Date.now() - Date.parse(text)) / DAY);
