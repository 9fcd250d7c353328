// The access reviews, and how one is taken.
import { ask } from "../api";
import { Change } from "../change";
import { time } from "../format";
import { t } from "../language";
import { List } from "../list";
import type { Review } from "../records";
import { go, href, route } from "../router";
import { Title } from "../title";

/** What the form is filled with, when another page leads here: `#/reviews?scope=client:read`. */
type Wanted = { scope?: string; role_id?: string; access_group_id?: string };

/** Leads to a review of what a page shows. */
export function ReviewThis({ of }: { of: Wanted }) {
  return <p><a href={href(["reviews"], { ...of })}>{t("review_this")}</a></p>;
}

/** What a review is of: the member of the request that says so, or all rights. */
export function Target({ of: { scope, role_id, access_group_id } }: { of: Review }) {
  if (scope) return <a href={href(["scopes", scope])}><code>{scope}</code></a>;
  if (role_id) return <>{t("role")} <code>{role_id}</code></>;
  if (access_group_id) return <a href={href(["groups", access_group_id])}>{t("access_group")} <code>{access_group_id}</code></a>;
  return <>{t("all_rights")}</>;
}

function Take() {
  const { query } = route.value;
  const wanted = ["scope", "role_id", "access_group_id"].find((name) => query.get(name));
  const kinds = [
    { value: "everything", label: t("all_rights") },
    { value: "scope", label: t("scope") },
    { value: "role_id", label: t("role_or_access_role") },
    { value: "access_group_id", label: t("access_group") },
  ];
  return (
    <Change
      label={t("take_review")}
      title={t("take_review")}
      text={t("take_review_text")}
      fields={[
        { name: "name", label: t("name"), hint: t("review_name_hint") },
        { name: "of", label: t("review_of"), options: kinds, value: wanted ?? "everything" },
        { name: "which", label: t("which_one"), hint: t("which_one_hint"), value: query.get(wanted ?? "") ?? "", isOptional: true },
      ]}
      submit={t("take_review")}
      run={async ({ name, of = "", which = "" }, once) => {
        const review = { name, [of]: of === "everything" ? true : which.trim() };
        const { data } = await ask<Review>("/admin/reviews", { method: "POST", body: { review }, ...once });
        go(href(["reviews", data.id]));
      }}
      onDone={() => undefined}
    />
  );
}

export function ReviewsScreen() {
  return (
    <>
      <Title>{t("access_reviews")}</Title>
      <p>{t("reviews_text")}</p>
      <Take />
      <List<Review>
        id="reviews"
        caption={t("access_reviews")}
        keyOf={({ id }) => id}
        empty={t("no_reviews")}
        read={(page, signal) => ask<Review[]>("/admin/reviews", { query: { page }, signal })}
        columns={[
          { title: t("name"), cell: ({ id, name }) => <a href={href(["reviews", id])}>{name}</a> },
          { title: t("review_of"), cell: (review) => <Target of={review} /> },
          { title: t("rights"), cell: ({ items }) => items },
          { title: t("taken"), cell: ({ inserted_at, inserted_by }) => <>{time(inserted_at)}, {inserted_by}</> },
          { title: t("state"), cell: ({ closed_at }) => (closed_at ? t("closed_at", { at: time(closed_at) }) : t("review_open")) },
        ]}
      />
    </>
  );
}
