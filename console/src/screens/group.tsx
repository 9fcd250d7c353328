// One access group: its members, its permissions by access role, its history.
import { useState } from "preact/hooks";
import { ask, endpointPage } from "../api";
import { Change } from "../change";
import { all, endpointPath } from "../endpoint";
import { Facts } from "../facts";
import { time } from "../format";
import { History } from "../history";
import { t } from "../language";
import { List } from "../list";
import { Loaded, useLoad } from "../load";
import { PERMISSIONS, type AccessGroup, type Permission, type Reference, type User } from "../records";
import { go, href, route } from "../router";
import { Title } from "../title";
import { ReviewThis } from "./reviews";
import { userHref } from "./users";

export function GroupScreen() {
  const id = route.value.parts[1] ?? "";
  const path = endpointPath("AccessGroup", id);
  const loading = useLoad(path, (signal) => ask<AccessGroup>(path, { signal }));
  const [changes, count] = useState(0);
  const changed = () => count(changes + 1);
  return (
    <Loaded of={loading}>
      {({ data: group }) => (
        <>
          <Title>{group.Name}</Title>
          <Facts
            of={[
              [t("kind"), group.AccessGroupTypeId.Name],
              [t("state"), <>{group.Is_Active ? t("active") : <span class="bad">{t("inactive")}</span>}{group.Is_System && `, ${t("system_group")}`}</>],
              [t("description"), group.Description],
              [t("external_id"), group.ExternalId],
              [t("id"), <code>{group.Id}</code>],
            ]}
          />
          <Members path={path} version={changes} onDone={changed} />
          <Rights path={path} version={changes} onDone={changed} />
          <ReviewThis of={{ access_group_id: group.Id }} />
          <p>
            <Change label={t("delete")} title={t("delete_named", { name: group.Name })} text={t("delete_group_text")} nameToType={group.Name} submit={t("delete")} isDanger canPreview run={(_, once) => ask(path, { method: "DELETE", ...once })} onDone={() => go(href(["groups"]))} />
          </p>
          <History subject={`access_group/${group.Id}`} version={String(changes)} />
        </>
      )}
    </Loaded>
  );
}

interface Part {
  path: string;
  version: number;
  onDone: () => void;
}

function Members({ path, version, onDone }: Part) {
  return (
    <section aria-labelledby="members">
      <h2 id="members">{t("members")}</h2>
      <List<User>
        id={`${path}/Users ${version}`}
        name="members"
        caption={t("members")}
        keyOf={({ Id }) => Id}
        empty={t("no_members")}
        read={(page, signal) => ask<User[]>(`${path}/Users`, { query: endpointPage(page), signal })}
        columns={[
          { title: t("name"), cell: (user) => <a href={userHref(user)}>{user.Name || user.Username}</a> },
          { title: t("username"), cell: ({ Username }) => Username },
          { title: t("state"), cell: ({ Is_Active }) => (Is_Active ? t("active") : <span class="bad">{t("inactive")}</span>) },
          {
            title: t("actions"),
            cell: (user) => <Change label={t("remove")} title={t("remove_member", { name: user.Name })} text={t("remove_member_text")} nameToType={user.Username} submit={t("remove")} isDanger canPreview run={(_, once) => ask(`${path}/User/${user.Id}`, { method: "DELETE", ...once })} onDone={onDone} />,
          },
        ]}
      />
      <Change
        label={t("add_member")}
        title={t("add_member")}
        text={t("add_member_text")}
        fields={[{ name: "username", label: t("username") }]}
        submit={t("add_member")}
        canPreview
        run={({ username }, once) => ask(`${path}/User`, { method: "POST", body: { UserId: { Field: "Username", Value: username } }, ...once })}
        onDone={onDone}
      />
    </section>
  );
}

function Rights({ path, version, onDone }: Part) {
  const roles = async (signal: AbortSignal) => {
    const found = await all<Reference>(endpointPath("Roles"), undefined, signal);
    return [
      { name: "role", label: t("access_role"), options: found.map(({ Id, Name }) => ({ value: Id, label: Name })) },
      { name: "permission", label: t("permission"), options: PERMISSIONS.map((name) => ({ value: name, label: name })) },
    ];
  };
  return (
    <section aria-labelledby="permissions">
      <h2 id="permissions">{t("permissions")}</h2>
      <List<Permission>
        id={`${path}/Permissions ${version}`}
        name="permissions"
        caption={t("permissions")}
        keyOf={({ Id }) => Id}
        read={(page, signal) => ask<Permission[]>(`${path}/Permissions`, { query: endpointPage(page), signal })}
        columns={[
          { title: t("access_role"), cell: ({ AccessRoleId }) => AccessRoleId.Name },
          { title: t("permission"), cell: ({ PermissionId }) => <code>{PermissionId.Id}</code> },
          { title: t("state"), cell: ({ Is_Active }) => (Is_Active ? t("active") : <span class="bad">{t("inactive")}</span>) },
          { title: t("since"), cell: ({ CreatedOn }) => time(CreatedOn) },
          {
            title: t("actions"),
            cell: ({ Id, AccessRoleId, PermissionId }) => <Change label={t("remove")} title={t("remove_permission", { name: `${AccessRoleId.Name}: ${PermissionId.Id}` })} text={t("remove_permission_text")} nameToType={PermissionId.Id} submit={t("remove")} isDanger canPreview run={(_, once) => ask(`${path}/Permission/${Id}`, { method: "DELETE", ...once })} onDone={onDone} />,
          },
        ]}
      />
      <Change
        label={t("add_permission")}
        title={t("add_permission")}
        text={t("add_permission_text")}
        fields={roles}
        submit={t("add_permission")}
        canPreview
        run={({ role, permission }, once) => ask(`${path}/Permission`, { method: "POST", body: { AccessRoleId: { Field: "Id", Value: role }, PermissionId: permission, Is_Active: true }, ...once })}
        onDone={onDone}
      />
    </section>
  );
}
