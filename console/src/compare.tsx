// What a record was when it was read, what it is now, and what this page wanted to write.
import { t } from "./language";

const shown = (value: unknown) => (value === undefined || value === null ? "–" : typeof value === "string" ? value : JSON.stringify(value));

interface Versions {
  before: object;
  now: object;
  mine: Record<string, string>;
  onUse: () => void;
}

export function Compare({ before, now, mine, onUse }: Versions) {
  const [was, is] = [before as Record<string, unknown>, now as Record<string, unknown>];
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].filter((name) => shown(was[name]) !== shown(is[name]) || name in mine);
  return (
    <section class="failure" role="alert">
      <p><strong>{t("changed_meanwhile")}</strong> {t("changed_meanwhile_text")}</p>
      <table>
        <caption class="unseen">{t("compare")}</caption>
        <thead><tr><th scope="col">{t("field")}</th><th scope="col">{t("as_read")}</th><th scope="col">{t("as_now")}</th><th scope="col">{t("as_mine")}</th></tr></thead>
        <tbody>
          {names.map((name) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td data-label={t("as_read")}>{shown(was[name])}</td>
              <td data-label={t("as_now")}><mark>{shown(is[name])}</mark></td>
              <td data-label={t("as_mine")}>{shown(mine[name])}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <button type="button" onClick={onUse}>{t("make_mine_anyway")}</button>
    </section>
  );
}
