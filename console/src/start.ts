// The start page: in the reader's language, with the health of the service.
import { language, t } from "./language";
import type { Key } from "./texts";

document.documentElement.lang = language.value;
for (const place of document.querySelectorAll<HTMLElement>("[data-text]")) place.textContent = t(place.dataset.text as Key);

const place = document.getElementById("ready");
const say = (text: string) => place && (place.textContent = text);
void fetch("/readyz").then(
  async (answer) => {
    const { warning } = (await answer.json().catch(() => ({}))) as { warning?: string };
    say(answer.ok ? (warning ?? t("is_ready")) : t("not_ready", { status: answer.status }));
  },
  () => say(t("status_0")),
);
