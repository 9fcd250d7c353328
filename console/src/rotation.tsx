// The secrets of a connection, and their rotation as a path: a new secret beside the old one, shown once; its first use;
// the end of the old one.
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, type Answer } from "./api";
import { Change, ChangeForm, type Try, type Values } from "./change";
import { relative, time } from "./format";
import { t } from "./language";
import { Table } from "./list";
import { Loaded, useLoad } from "./load";
import type { Connection, Secret } from "./records";

/** The first wait between two looks at the new secret, and the longest, in milliseconds. */
const [FIRST_WAIT, LONGEST_WAIT] = [2_000, 60_000];
const GRACE = [3_600, 86_400, 259_200, 604_800];

interface Props {
  path: string;
  tag: string | undefined;
  onChange: () => void;
}

export function Rotation({ path, tag, onChange }: Props) {
  const [fresh, setFresh] = useState<string>();
  const secrets = useLoad(`${path}/secrets ${tag ?? ""}`, (signal) => ask<Secret[]>(`${path}/secrets`, { signal }));
  const last = useRef<Answer<Secret[]>>(undefined);
  last.current = secrets.data ?? last.current;

  async function refresh({ grace_period = "0" }: Values, once: Try) {
    const { data } = await ask<Connection>(`${path}/actions/refresh_secret`, { method: "PATCH", body: { grace_period: Number(grace_period) }, ...once });
    setFresh(data.secret);
  }

  // Retiring a secret does not change the connection's tag, so the list is read again by itself.
  const changed = () => {
    secrets.reload();
    onChange();
  };
  return (
    <section aria-labelledby="secrets">
      <h2 id="secrets">{t("secrets")}</h2>
      <Loaded of={secrets.error === undefined ? { ...secrets, data: last.current } : secrets}>
        {({ data }) => (
          <>
            {fresh && <Steps fresh={fresh} secrets={data} look={secrets.reload} path={path} tag={tag} onChange={changed} onEnd={() => setFresh(undefined)} />}
            <Secrets rows={data} path={path} tag={tag} onChange={changed} />
          </>
        )}
      </Loaded>
      {!fresh && <Rotate tag={tag} run={refresh} onDone={changed} />}
      <p>
        <Change label={t("leaked")} title={t("leaked")} text={t("leaked_text")} submit={t("leaked_do")} isDanger tag={tag} run={(_, once) => refresh({}, once)} onDone={changed} />
      </p>
    </section>
  );
}

/** Begins a rotation with the grace that is chosen beside it. Nothing is lost by it, so it asks no question. */
function Rotate({ tag, run, onDone }: { tag: string | undefined; run: (values: Values, once: Try) => Promise<void>; onDone: () => void }) {
  const options = GRACE.map((seconds) => ({ value: String(seconds), label: seconds < 86_400 ? t("hours", { hours: seconds / 3600 }) : t("days", { days: seconds / 86_400 }) }));
  return <ChangeForm fields={[{ name: "grace_period", label: t("grace"), hint: t("rotate_text"), value: "86400", options }]} submit={t("rotate_do")} tag={tag} run={run} onDone={onDone} />;
}

interface SecretsProps extends Props {
  rows: Secret[];
}

function Secrets({ rows, path, tag, onChange }: SecretsProps) {
  return (
    <Table
      caption={t("secrets")}
      rows={rows}
      keyOf={({ id }) => id}
      columns={[
        { title: t("hint"), cell: ({ hint }) => <code>…{hint}</code> },
        { title: t("age"), cell: ({ created_at }) => <span title={time(created_at)}>{relative(created_at)}</span> },
        { title: t("expires"), cell: ({ expires_at }) => (expires_at ? <span title={time(expires_at)}>{relative(expires_at)}</span> : t("no_end")) },
        { title: t("last_used"), cell: ({ last_used_at }) => <span title={time(last_used_at)}>{relative(last_used_at)}</span> },
        { title: t("actions"), cell: (secret) => <Retire secret={secret} path={path} tag={tag} onDone={onChange} /> },
      ]}
    />
  );
}

function Retire({ secret, path, tag, onDone }: { secret: Secret; path: string; tag: string | undefined; onDone: () => void }) {
  return <Change label={t("retire")} title={t("retire_title", { hint: secret.hint })} text={t("retire_text")} nameToType={secret.hint} submit={t("retire")} isDanger tag={tag} run={retire(path, secret)} onDone={onDone} />;
}

const retire = (path: string, { id }: Secret) => (_: Values, once: Try) => ask(`${path}/secrets/${encodeURIComponent(id)}`, { method: "DELETE", ...once });

interface StepsProps extends Props {
  fresh: string;
  secrets: Secret[];
  look: () => void;
  onEnd: () => void;
}

function Steps({ fresh, secrets, look, path, tag, onChange, onEnd }: StepsProps) {
  const [isCopied, setCopied] = useState(false);
  const current = secrets.find(({ hint }) => fresh.endsWith(hint));
  const old = secrets.filter((one) => one !== current);
  const isUsed = Boolean(current?.last_used_at);
  useWait(!isUsed, look);
  const copy = () => void navigator.clipboard.writeText(fresh).then(() => setCopied(true), () => setCopied(false));
  return (
    <ol class="steps" aria-label={t("rotate")}>
      <li>
        <strong>{t("step_copy")}</strong>
        <p><code class="command">{fresh}</code> <button type="button" onClick={copy}>{isCopied ? t("copied") : t("copy")}</button></p>
      </li>
      <li aria-current={isUsed ? undefined : "step"}>
        <strong>{t("step_use")}</strong>
        <p role="status">{isUsed ? t("first_used", { ago: relative(current?.last_used_at) }) : t("waiting_for_use")}</p>
        {!isUsed && <button type="button" onClick={look}>{t("look_now")}</button>}
      </li>
      <li aria-current={isUsed ? "step" : undefined}>
        <strong>{t("step_retire")}</strong>
        {old.length === 0 ? (
          <p>{t(isUsed ? "rotation_done" : "no_old_secret")} <button type="button" onClick={onEnd}>{t("close")}</button></p>
        ) : (
          <ul>{old.map((one) => (
            <li key={one.id}>
              {one.last_used_at ? t("old_last_used", { hint: one.hint, ago: relative(one.last_used_at), at: time(one.last_used_at) }) : t("old_never_used", { hint: one.hint })}
              <ChangeForm nameToType={one.hint} submit={t("retire_old")} isDanger tag={tag} run={retire(path, one)} onDone={onChange} />
            </li>
          ))}</ul>
        )}
      </li>
    </ol>
  );
}

/** Looks again and again, with longer and longer waits. */
function useWait(isWaiting: boolean, look: () => void) {
  useEffect(() => {
    if (!isWaiting) return undefined;
    let wait = FIRST_WAIT;
    let timer: ReturnType<typeof setTimeout>;
    const next = () => {
      timer = setTimeout(() => {
        look();
        wait = Math.min(wait * 2, LONGEST_WAIT);
        next();
      }, wait);
    };
    next();
    return () => clearTimeout(timer);
  }, [isWaiting, look]);
}
