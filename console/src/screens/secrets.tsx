// The secrets of all connections, by what is due.
import { Filters } from "../filters";
import { t } from "../language";
import { List } from "../list";
import { route } from "../router";
import { readSecrets, secretColumns } from "../secret-table";
import { Title } from "../title";

export function SecretsScreen() {
  const { query } = route.value;
  const given = Object.fromEntries(["expires_within", "unused_for", "old_still_used"].map((name) => [name, query.get(name) ?? ""]));
  return (
    <>
      <Title>{t("secrets")}</Title>
      <Filters
        fields={[
          { name: "expires_within", label: t("expires_within"), options: [{ value: "", label: t("any") }, ...[7, 14, 30, 90].map((days) => ({ value: String(days), label: t("days", { days }) }))] },
          { name: "unused_for", label: t("unused_for"), options: [{ value: "", label: t("any") }, ...[30, 90, 180, 365].map((days) => ({ value: String(days), label: t("days", { days }) }))] },
          { name: "old_still_used", label: t("old_still_used"), options: [{ value: "", label: t("any") }, { value: "true", label: t("only_those") }] },
        ]}
      />
      <List id={`secrets?${JSON.stringify(given)}`} caption={t("secrets")} columns={secretColumns()} keyOf={({ id }) => id} read={(page, signal) => readSecrets({ ...given, page }, signal)} />
    </>
  );
}
