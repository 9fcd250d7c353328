// A set of scopes, grouped by what they are about and searched while typing.
import { useState } from "preact/hooks";
import { Input } from "./input";
import { t } from "./language";
import { href } from "./router";

/** Scopes by the part before the last colon: `client:read` is `read` of `client`. */
export function grouped(scopes: string[]): [string, string[]][] {
  const groups = new Map<string, string[]>();
  for (const scope of [...scopes].sort()) {
    const at = scope.lastIndexOf(":");
    const name = at < 0 ? "" : scope.slice(0, at);
    groups.set(name, [...(groups.get(name) ?? []), scope.slice(at + 1)]);
  }
  return [...groups];
}

export function Scopes({ scope }: { scope: string }) {
  const [wanted, setWanted] = useState("");
  const all = scope.split(" ").filter(Boolean);
  const shown = all.filter((one) => one.toLowerCase().includes(wanted.trim().toLowerCase()));
  return (
    <section aria-labelledby="scopes">
      <h2 id="scopes">{t("scopes")} ({all.length})</h2>
      {all.length > 10 && <Input field={{ name: "scope", label: t("find_scope"), isOptional: true }} value={wanted} onInput={setWanted} />}
      <dl class="scopes" aria-live="polite">
        {grouped(shown).map(([name, parts]) => (
          <div key={name}>
            <dt>{name || t("other")}</dt>
            <dd>{parts.map((part) => <a key={part} href={href(["scopes", name ? `${name}:${part}` : part])}><code>{part}</code></a>)}</dd>
          </div>
        ))}
      </dl>
      {shown.length === 0 && <p class="quiet">{t("nothing_here")}</p>}
    </section>
  );
}
