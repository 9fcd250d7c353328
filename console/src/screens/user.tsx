// One user: roles at clients, access groups, and what the user may do with the path that gives it.
import { useState } from "preact/hooks";
import { Refusal, ask, endpointPage, pathOf } from "../api";
import { Change } from "../change";
import { endpointPath } from "../endpoint";
import { Facts } from "../facts";
import { time } from "../format";
import { History } from "../history";
import { t } from "../language";
import { List } from "../list";
import { Loaded, useLoad } from "../load";
import { Permissions } from "../permissions";
import type { AccessGroup, Role, User, UserRole } from "../records";
import { href, route } from "../router";
import { Title } from "../title";

export function UserScreen() {
  const id = route.value.parts[1] ?? "";
  const isNumber = route.value.query.get("by") === "Id";
  const user = useLoad(`user ${id} ${isNumber}`, async (signal) => {
    const query = isNumber ? {} : { Name: "External_Id" };
    return ask<User>(endpointPath("User", id), { query, signal }).then(
      ({ data }) => data,
      (error: unknown) => {
        // A user with roles at clients need not be known to the access groups.
        if (error instanceof Refusal && error.status === 404) return undefined;
        throw error;
      },
    ).then((found) => ({ found }));
  });
  return (
    <Loaded of={user}>
      {({ found }) => (
        <>
          <Title>{found?.Name || found?.Username || id}</Title>
          <Facts
            of={[
              [t("sub"), <code>{isNumber ? (found?.External_Id ?? "") : id}</code>],
              [t("username"), found?.Username],
              [t("email"), found?.Email],
              [t("state"), found && (found.Is_Active ? t("active") : <span class="bad">{t("inactive")}</span>)],
            ]}
          />
          {!isNumber && <Roles user={id} />}
          {found ? (
            <>
              <Permissions user={found.Id} />
              <Groups user={found.Id} />
            </>
          ) : (
            <p class="quiet">{t("no_endpoint_user")}</p>
          )}
          <History subject={`user/${id}`} />
        </>
      )}
    </Loaded>
  );
}

function Roles({ user }: { user: string }) {
  const path = pathOf("admin", "users", user, "roles");
  const [version, count] = useState(0);
  const reload = () => count(version + 1);
  return (
    <section aria-labelledby="roles">
      <h2 id="roles">{t("roles_at_clients")}</h2>
      <List<UserRole>
        id={`${path} ${version}`}
        name="roles"
        caption={t("roles_at_clients")}
        keyOf={(one) => one.id}
        empty={t("no_roles")}
        read={(page, signal) => ask<UserRole[]>(path, { query: { page }, signal })}
        columns={[
          { title: t("role"), cell: ({ role_id, role_name }) => <a href={href(["roles", role_id])}>{role_name}</a> },
          { title: t("client"), cell: ({ client_id }) => (client_id ? <a href={href(["clients", client_id])}><code>{client_id}</code></a> : t("every_client")) },
          { title: t("since"), cell: ({ inserted_at }) => time(inserted_at) },
          {
            title: t("actions"),
            // A row of a list has no tag. "*" is good where the service demands a condition (REQUIRE_IF_MATCH).
            cell: (one) => <Change label={t("take")} title={t("take_role", { role: one.role_name })} text={t("take_role_text")} nameToType={one.role_name} submit={t("take")} isDanger canPreview run={(_, once) => ask(pathOf("admin", "users", "roles", one.id), { method: "DELETE", ...once, tag: "*" })} onDone={reload} />,
          },
        ]}
      />
      <Change
        label={t("give_role")}
        title={t("give_role")}
        text={t("give_role_text")}
        fields={async (signal) => {
          const roles = await ask<Role[]>("/admin/roles", { query: { page_size: 300 }, signal });
          return [
            { name: "role_id", label: t("role"), options: roles.data.map(({ id, name }) => ({ value: id, label: name })) },
            { name: "client_id", label: t("client"), hint: t("client_hint"), isOptional: true },
          ];
        }}
        submit={t("give_role")}
        canPreview
        run={({ role_id, client_id }, once) => ask(path, { method: "POST", body: { role_id, ...(client_id && { client_id }) }, ...once })}
        onDone={reload}
      />
    </section>
  );
}

function Groups({ user }: { user: number }) {
  const path = endpointPath("User", user, "AccessGroups");
  return (
    <section aria-labelledby="groups">
      <h2 id="groups">{t("access_groups")}</h2>
      <List<AccessGroup>
        id={path}
        name="groups"
        caption={t("access_groups")}
        keyOf={({ Id }) => Id}
        empty={t("no_groups")}
        read={(page, signal) => ask<AccessGroup[]>(path, { query: endpointPage(page), signal })}
        columns={[
          { title: t("name"), cell: ({ Id, Name }) => <a href={href(["groups", Id])}>{Name}</a> },
          { title: t("state"), cell: ({ Is_Active }) => (Is_Active ? t("active") : <span class="bad">{t("inactive")}</span>) },
        ]}
      />
    </section>
  );
}
