// One access review: each right is kept or taken away, then the review is closed and its record signed.
import { useState } from "preact/hooks";
import { ask, pathOf } from "../api";
import { Change } from "../change";
import { Facts } from "../facts";
import { saveFile } from "../file";
import { Filters } from "../filters";
import { number, relative, time } from "../format";
import { History } from "../history";
import { t } from "../language";
import { List } from "../list";
import { Loaded, useLoad } from "../load";
import type { ReviewItem, ReviewedRight, WholeReview } from "../records";
import { Failure } from "../refusal";
import { href, route } from "../router";
import { Title } from "../title";
import { Target } from "./reviews";

const STATES = ["open", "keep", "revoke", "gone"] as const;

/** The state of an item in words. */
function stateText(state: (typeof STATES)[number]): string {
  return { open: t("item_open"), keep: t("item_keep"), revoke: t("item_revoke"), gone: t("item_gone") }[state];
}

export function ReviewScreen() {
  const id = route.value.parts[1] ?? "";
  const path = pathOf("admin", "reviews", id);
  const loading = useLoad(path, (signal) => ask<WholeReview>(path, { signal }));
  const [decisions, count] = useState(0);
  const changed = () => (loading.reload(), count(decisions + 1));
  return (
    <Loaded of={loading}>
      {({ data: review }) => (
        <>
          <Title>{review.name}</Title>
          <Facts
            of={[
              [t("review_of"), <Target of={review} />],
              [t("taken"), <>{time(review.inserted_at)}, {review.inserted_by}</>],
              [t("state"), review.closed_at ? <>{t("closed_at", { at: time(review.closed_at) })}, {review.closed_by}</> : t("review_open")],
              ...STATES.map((state): [string, preact.ComponentChildren] => [stateText(state), number(review.counts[state])]),
            ]}
          />
          {review.closed_at ? <Record path={path} review={review} /> : <Close path={path} review={review} onDone={changed} />}
          <Items path={path} version={decisions} isOpen={!review.closed_at} onDone={changed} />
          <History subject={`review/${id}`} version={String(decisions)} />
        </>
      )}
    </Loaded>
  );
}

function Close({ path, review, onDone }: { path: string; review: WholeReview; onDone: () => void }) {
  const waiting = review.counts.open;
  return (
    <p class="buttons">
      <Change
        label={t("close_review")}
        title={t("close_review")}
        text={waiting > 0 ? t("close_review_waiting", { waiting: number(waiting) }) : t("close_review_text")}
        nameToType={waiting > 0 ? review.name : undefined}
        submit={t("close_review")}
        run={(_, once) => ask(`${path}/actions/close`, { method: "PATCH", body: { leave_open: waiting > 0 }, ...once })}
        onDone={onDone}
      />
    </p>
  );
}

/** The signed record, as a file. The items come beside it from `npm run review:export`. */
function Record({ path, review: { id, name } }: { path: string; review: WholeReview }) {
  const [error, setError] = useState<unknown>();
  async function save() {
    setError(undefined);
    try {
      const { data } = await ask<{ record: string }>(`${path}/record`);
      saveFile(`${name}.jws`, [data.record, "\n"], "application/jose");
    } catch (found) {
      setError(found);
    }
  }
  return (
    <>
      <p class="buttons"><button type="button" onClick={() => void save()}>{t("save_record")}</button></p>
      {error !== undefined && <Failure error={error} />}
      <p class="quiet">{t("export_review")} <code class="command">npx mithril-edge review export {id}</code></p>
    </>
  );
}

/** Who has the right. */
function Who({ right }: { right: ReviewedRight }) {
  const { kind, user_id, user_name, user_group_name, access_group_name, client_id, client_name, id } = right;
  if (kind === "client") return <a href={href(["clients", String(id)])}>{client_name}</a>;
  if (kind === "connection" && client_id) return <a href={href(["clients", client_id, "connections", String(id)])}>{client_name}</a>;
  if (kind === "user_group") return <>{user_group_name}</>;
  if (kind === "permission") return <>{access_group_name}</>;
  return user_id ? <a href={href(["users", user_id])}>{user_name || user_id}</a> : <>{user_name}</>;
}

/** What it is that gives the right. */
function What({ right }: { right: ReviewedRight }) {
  const { kind, role_id, role_name, client_id, access_group_id, access_group_name, access_role_name, permission_id, user_group_name, client_type, consumer_name } = right;
  if (kind === "role") return <>{t("role")} <a href={href(["roles", role_id ?? ""])}>{role_name}</a> · {client_id ? <a href={href(["clients", client_id])}><code>{client_id}</code></a> : t("every_client")}</>;
  if (kind === "permission") return <>{access_role_name}: <code>{permission_id}</code></>;
  if (kind === "group_member") return <>{t("user_group")} {user_group_name}</>;
  if (kind === "client") return <>{t("client_type")} {client_type}</>;
  if (kind === "connection") return <>{t("connection")} · {consumer_name}</>;
  return <>{t("access_group")} <a href={href(["groups", access_group_id ?? ""])}>{access_group_name}</a></>;
}

interface ItemsProps {
  path: string;
  version: number;
  isOpen: boolean;
  onDone: () => void;
}

function Items({ path, version, isOpen, onDone }: ItemsProps) {
  const decision = route.value.query.get("decision") ?? "";
  const options = [{ value: "", label: t("any") }, ...STATES.map((value) => ({ value, label: stateText(value) }))];
  return (
    <section aria-labelledby="items">
      <h2 id="items">{t("rights")}</h2>
      <Filters fields={[{ name: "decision", label: t("decision"), options }]} />
      <List<ReviewItem>
        id={`${path}/items?${decision} ${version}`}
        caption={t("rights")}
        keyOf={({ id }) => id}
        read={(page, signal) => ask<ReviewItem[]>(`${path}/items`, { query: { decision, page }, signal })}
        columns={[
          { title: t("who"), cell: ({ right }) => <Who right={right} /> },
          { title: t("right"), cell: ({ right }) => <What right={right} /> },
          { title: t("since"), cell: ({ right }) => time(right.since) },
          { title: t("last_used"), cell: ({ right }) => <span title={time(right.last_used_at)}>{right.last_used_at ? relative(right.last_used_at) : t("not_known")}</span> },
          { title: t("decision"), cell: (item) => <Decision {...item} /> },
          ...(isOpen ? [{ title: t("actions"), cell: (item: ReviewItem) => <Decide path={path} item={item} onDone={onDone} /> }] : []),
        ]}
      />
    </section>
  );
}

function Decision({ decision, note, decided_at, decided_by }: ReviewItem) {
  if (!decision) return <span class="quiet">{t("item_open")}</span>;
  return <><span class={decision === "keep" ? "good" : "bad"}>{stateText(decision)}</span>, {decided_by}, {time(decided_at)}{note && <>: {note}</>}</>;
}

/** The two decisions. What is taken away is not given back here, and what a client has by its type stays. */
function Decide({ path, item: { id, decision, right }, onDone }: { path: string; item: ReviewItem; onDone: () => void }) {
  if (decision === "revoke" || decision === "gone") return null;
  const decide = (decided: "keep" | "revoke") => ({ note = "" }: Record<string, string>, once: object) =>
    ask(`${path}/items/${encodeURIComponent(id)}`, { method: "PATCH", body: { item: { decision: decided, ...(note.trim() && { note: note.trim() }) } }, ...once });
  const fields = [{ name: "note", label: t("note"), isOptional: true }];
  return (
    <span class="buttons">
      {decision !== "keep" && <Change label={t("keep")} title={t("keep_title")} text={t("keep_text")} fields={fields} submit={t("keep")} run={decide("keep")} onDone={onDone} />}
      {right.kind !== "client" && <Change label={t("take")} title={t("revoke_title")} text={t("revoke_text")} fields={fields} submit={t("take")} isDanger run={decide("revoke")} onDone={onDone} />}
    </span>
  );
}
