// What went wrong, in words: the service's reason, what it names as wrong, the scopes that are missing, the request id.
import { Refusal } from "./api";
import { t, tOr } from "./language";

export function Failure({ error, retry }: { error: unknown; retry?: (() => void) | undefined }) {
  const refusal = error instanceof Refusal ? error : new Refusal(-1, error instanceof Error ? error.message : String(error));
  return (
    <div class="failure" role="alert">
      <p>
        <strong>{refusal.status > 500 && refusal.status !== 503 ? t("status_500") : tOr(`status_${refusal.status}`, t("status_other"))}</strong>
      </p>
      {refusal.message && <p>{t("service_says", { text: refusal.message })}</p>}
      {refusal.scopes.length > 0 && <p>{t("scopes_missing")} {refusal.scopes.map((scope) => <code key={scope}>{scope}</code>)}</p>}
      {refusal.rules.length > 0 && <ul>{refusal.rules.map(({ entry, text }) => <li key={entry + text}><code>{entry}</code> {text}</li>)}</ul>}
      {refusal.requestId && <p class="quiet">{t("request_id")} <code>{refusal.requestId}</code></p>}
      {retry && <button type="button" onClick={retry}>{t("try_again")}</button>}
    </div>
  );
}
