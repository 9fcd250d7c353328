// Keys and health: what signs, what still checks, what is wrong with the settings. It never shows a secret.
import { ask, send } from "../api";
import { number, time } from "../format";
import { t } from "../language";
import { Table } from "../list";
import { Loaded, useLoad } from "../load";
import type { Keys } from "../records";
import { Title } from "../title";

function Age({ of: { created_at, age_days } }: { of: { created_at: string | null; age_days: number | null } }) {
  return age_days === null ? <>{t("not_known")}</> : <span title={time(created_at)}>{t("days", { days: number(age_days) })}</span>;
}

export function KeysScreen() {
  const keys = useLoad("keys", (signal) => ask<Keys>("/admin/keys", { signal }));
  const ready = useLoad("readyz", async (signal) => (await (await send("/readyz", { signal })).json()) as { status: string; warning?: string });
  return (
    <>
      <Title>{t("keys_and_health")}</Title>
      <h2>{t("health")}</h2>
      <Loaded of={ready}>{({ warning }) => (warning ? <p class="failure">{warning}</p> : <p class="good">{t("is_ready")}</p>)}</Loaded>
      <Loaded of={keys}>
        {({ data: { signing_keys, peppers, settings } }) => (
          <>
            <h2>{t("settings")}</h2>
            {settings.length === 0 ? <p class="good">{t("settings_good")}</p> : <ul class="failure">{settings.map(({ name, problem }) => <li key={name}><code>{name}</code> {problem}</li>)}</ul>}
            <h2>{t("signing_keys")}</h2>
            <Table
              caption={t("signing_keys")}
              rows={signing_keys}
              keyOf={({ kid }) => kid}
              columns={[
                { title: t("key"), cell: ({ kid }) => <code>{kid}</code> },
                { title: t("algorithm"), cell: ({ alg }) => alg },
                { title: t("use"), cell: ({ is_current }) => (is_current ? t("signs") : t("verifies")) },
                { title: t("age"), cell: (key) => <Age of={key} /> },
              ]}
            />
            <p class="quiet">{t("rotate_keys")} <code class="command">npm run -s keys -- add --file keys.json</code></p>
            <h2>{t("peppers")}</h2>
            <Table
              caption={t("peppers")}
              rows={peppers}
              keyOf={({ id }) => id}
              columns={[
                { title: t("pepper"), cell: ({ id }) => id },
                { title: t("use"), cell: ({ is_current }) => (is_current ? t("makes_digests") : t("checks")) },
                { title: t("age"), cell: (pepper) => <Age of={pepper} /> },
                { title: t("secrets_under"), cell: ({ secrets }) => number(secrets) },
              ]}
            />
            <p class="quiet">{t("rotate_peppers")} <code class="command">npm run -s peppers -- add --file peppers.json</code></p>
          </>
        )}
      </Loaded>
    </>
  );
}
