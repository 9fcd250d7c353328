// The users of access groups, found by name, or any user by the `sub` of their tokens.
import { useState } from "preact/hooks";
import { ask, endpointPage } from "../api";
import { endpointPath, like } from "../endpoint";
import { Filters } from "../filters";
import { Input } from "../input";
import { t } from "../language";
import { List } from "../list";
import type { User } from "../records";
import { go, href, route } from "../router";
import { Title } from "../title";

/** The page of a user. One whom no login service knows is named by its number. */
export const userHref = ({ Id, External_Id }: User) => (External_Id ? href(["users", External_Id]) : href(["users", String(Id)], { by: "Id" }));

const filter = (name: string) => (name.trim() ? ["Name", "Username", "Email", "External_Id"].map((field) => like(field, name)).join(" OR ") : undefined);

export function UsersScreen() {
  const name = route.value.query.get("name") ?? "";
  const [sub, setSub] = useState("");
  return (
    <>
      <Title>{t("users")}</Title>
      <Filters fields={[{ name: "name", label: t("user_contains") }]} />
      <List<User>
        id={`users?${name}`}
        caption={t("users")}
        keyOf={({ Id }) => Id}
        read={(page, signal) => ask<User[]>(endpointPath("Users"), { query: endpointPage(page, filter(name)), signal })}
        columns={[
          { title: t("name"), cell: (user) => <a href={userHref(user)}>{user.Name || user.Username}</a> },
          { title: t("username"), cell: ({ Username }) => Username },
          { title: t("email"), cell: ({ Email }) => Email },
          { title: t("state"), cell: ({ Is_Active }) => (Is_Active ? t("active") : <span class="bad">{t("inactive")}</span>) },
        ]}
      />
      <form class="filters" onSubmit={(event) => (event.preventDefault(), go(href(["users", sub.trim()])))}>
        <Input field={{ name: "sub", label: t("open_sub"), hint: t("open_sub_hint") }} value={sub} onInput={setSub} />
        <p class="buttons"><button type="submit">{t("open")}</button></p>
      </form>
    </>
  );
}
