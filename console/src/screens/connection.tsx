// One connection: where it leads, how it authenticates, its secrets with the guided rotation, its history.
import { ask, pathOf, type Answer } from "../api";
import { Change } from "../change";
import { time } from "../format";
import { History } from "../history";
import { t } from "../language";
import { Loaded, useLoad } from "../load";
import type { Connection } from "../records";
import { go, href, route } from "../router";
import { Rotation } from "../rotation";
import { Facts } from "../facts";
import { Title } from "../title";

/** A connection is at the address of its client, and at one of its own. */
export function ConnectionScreen() {
  const id = route.value.parts.at(-1) ?? "";
  const whole = pathOf("admin", "connections", id);
  const loading = useLoad(whole, (signal) => ask<Connection>(whole, { signal }));
  return (
    <Loaded of={loading}>
      {(answer) => {
        const path = pathOf("api", "clients", answer.data.client_id, "connections", id);
        return (
          <>
            <Title>{t("connection")} {id.slice(0, 8)}</Title>
            <ConnectionFacts connection={answer.data} />
            <Actions answer={answer} path={path} reload={loading.reload} />
            <Former answer={answer} path={path} reload={loading.reload} />
            <Rotation path={path} tag={answer.tag} onChange={loading.reload} />
            <History subject={`connection/${id}`} version={answer.tag} />
          </>
        );
      }}
    </Loaded>
  );
}

function ConnectionFacts({ connection }: { connection: Connection }) {
  const { client_id: client, consumer_id: consumer, jwks } = connection;
  return (
    <Facts
      of={[
        [t("redirect_uri"), <code>{connection.redirect_uri}</code>],
        [t("client"), <a href={href(["clients", client])}><code>{client}</code></a>],
        [t("consumer"), consumer === client ? t("itself") : <a href={href(["clients", consumer])}><code>{consumer}</code></a>],
        [t("method"), connection.token_endpoint_auth_method],
        [t("public_keys"), jwks?.keys.map(({ kid, kty, alg }) => [kid, alg ?? kty].filter(Boolean).join(" · ")).join(", ")],
        [t("id"), <code>{connection.id}</code>],
        [t("made"), connection.inserted_at && time(connection.inserted_at)],
        [t("changed"), connection.updated_at && time(connection.updated_at)],
      ]}
    />
  );
}

interface Part {
  answer: Answer<Connection>;
  path: string;
  reload: () => void;
}

function Actions({ answer: { data, tag }, path, reload }: Part) {
  const shared = { tag, current: () => ask<Connection>(path), before: data };
  return (
    <p class="buttons">
      <Change
        {...shared}
        label={t("edit_redirect")}
        title={t("edit_redirect")}
        text={t("edit_redirect_text")}
        fields={[{ name: "redirect_uri", label: t("redirect_uri"), value: data.redirect_uri, kind: "url" }]}
        submit={t("save")}
        run={(body, once) => ask(path, { method: "PATCH", body, ...once })}
        onDone={reload}
      />
      <Change
        {...shared}
        label={t("delete")}
        title={t("delete_connection")}
        text={t("delete_connection_text")}
        nameToType={data.id.slice(0, 8)}
        submit={t("delete")}
        isDanger
        run={(_, once) => ask(path, { method: "DELETE", ...once })}
        onDone={() => go(href(["clients", data.client_id]))}
      />
    </p>
  );
}

/** The redirect URIs from before, each with a button that brings it back. */
function Former({ answer: { data, tag }, path, reload }: Part) {
  const { former_redirect_uris: former = [] } = data;
  if (former.length === 0) return null;
  return (
    <section aria-labelledby="former">
      <h2 id="former">{t("former_redirects")}</h2>
      <ul>
        {former.map(({ redirect_uri, until }) => (
          <li key={`${redirect_uri} ${until}`}>
            <code>{redirect_uri}</code> <span class="quiet">{t("until", { at: time(until) })}</span>{" "}
            <Change
              label={t("restore")}
              title={t("restore_title")}
              text={t("restore_text", { from: data.redirect_uri, to: redirect_uri })}
              submit={t("restore")}
              tag={tag}
              current={() => ask<Connection>(path)}
              before={data}
              run={(_, once) => ask(path, { method: "PATCH", body: { redirect_uri }, ...once })}
              onDone={reload}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
