// The sign-in: at the login service, or with a pasted token.
import { useState } from "preact/hooks";
import { Input } from "./input";
import { t } from "./language";
import { config, signIn, signInProblem, signInWithService } from "./session";
import { Title } from "./title";

function Ways() {
  const [token, setToken] = useState("");
  const [isNone, setNone] = useState(false);
  const problem = signInProblem.value;
  return (
    <>
      {config.value?.issuer && (
        <p>
          <button type="button" class="main" onClick={() => void signInWithService()}>
            {config.value.local ? t("sign_in_local") : t("sign_in_at", { host: new URL(config.value.issuer).host })}
          </button>
        </p>
      )}
      {problem !== undefined && <p class="failure" role="alert">{problem === "blocked" ? t("popup_blocked") : problem === "opaque" ? t("not_a_token") : t("sign_in_failed", { problem })}</p>}
      <details open={config.value !== undefined && !config.value.issuer}>
        <summary>{t("paste_token")}</summary>
        <form onSubmit={(event) => (event.preventDefault(), setNone(!signIn(token)))}>
          <Input field={{ name: "token", label: t("token"), hint: t("token_hint"), kind: "long" }} value={token} onInput={setToken} />
          {isNone && <p class="failure" role="alert">{t("not_a_token")}</p>}
          <button type="submit" class="main">{t("use_token")}</button>
        </form>
      </details>
    </>
  );
}

export function SignIn() {
  return (
    <div class="narrow">
      <Title>{t("sign_in")}</Title>
      <p>{t("sign_in_text")}</p>
      <Ways />
    </div>
  );
}

/** Shown above a page whose sign-in has ended. The page below stays as it is. */
export function SignInAgain({ reason }: { reason: string }) {
  return (
    <section class="again" aria-label={t("sign_in")} role="alert">
      <p><strong>{reason === "expired" ? t("sign_in_expired") : t("sign_in_ended", { reason })}</strong> {t("page_stays")}</p>
      <Ways />
    </section>
  );
}
