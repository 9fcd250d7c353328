// What is around every page: the menu, who is signed in, the language, and what to do when the sign-in has ended.
import { useEffect, useRef } from "preact/hooks";
import { language, t } from "./language";
import type { Key } from "./texts";
import { href, route } from "./router";
import { ended, session, signOut } from "./session";
import { SignIn, SignInAgain } from "./sign-in";
import { screenOf } from "./screens";

const MENU: { at: string; name: Key }[] = [
  { at: "", name: "overview" },
  { at: "clients", name: "clients" },
  { at: "secrets", name: "secrets" },
  { at: "users", name: "users" },
  { at: "roles", name: "roles" },
  { at: "types", name: "client_types" },
  { at: "groups", name: "access_groups" },
  { at: "reviews", name: "reviews" },
  { at: "audit", name: "audit" },
  { at: "keys", name: "keys_and_health" },
];

function Languages() {
  const other = language.value === "en" ? "uk" : "en";
  return <button type="button" lang={other} onClick={() => (language.value = other)}>{other === "uk" ? "Українською" : "In English"}</button>;
}

function Menu() {
  const [here = ""] = route.value.parts;
  return (
    <nav class="menu" aria-label={t("menu")}>
      {MENU.map(({ at, name }) => <a key={at} href={href([at])} aria-current={at === here ? "page" : undefined}>{t(name)}</a>)}
    </nav>
  );
}

export function Shell() {
  const main = useRef<HTMLElement>(null);
  const at = route.value.parts.join("/");
  const isIn = session.value !== undefined;

  useEffect(() => void (document.documentElement.lang = language.value), [language.value]);

  const Screen = screenOf(route.value.parts);
  return (
    <>
      <a class="skip" href="#main" onClick={(event) => (event.preventDefault(), main.current?.querySelector("h1")?.focus())}>{t("skip")}</a>
      <header>
        <strong>mithril-edge</strong>
        {isIn && <Menu />}
        <span class="who">
          {session.value && <span class="quiet" title={session.value.clientId}>{session.value.sub}</span>}
          <Languages />
          {isIn && <button type="button" onClick={signOut}>{t("sign_out")}</button>}
        </span>
      </header>
      {isIn && ended.value !== undefined && <SignInAgain reason={ended.value} />}
      <main ref={main} id="main">{isIn ? <Screen key={at} /> : <SignIn />}</main>
    </>
  );
}
