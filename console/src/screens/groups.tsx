// The access groups, found by name.
import { ask, endpointPage } from "../api";
import { endpointPath, like } from "../endpoint";
import { Filters } from "../filters";
import { t } from "../language";
import { List } from "../list";
import type { AccessGroup } from "../records";
import { href, route } from "../router";
import { Title } from "../title";

export function GroupsScreen() {
  const name = route.value.query.get("name") ?? "";
  return (
    <>
      <Title>{t("access_groups")}</Title>
      <Filters fields={[{ name: "name", label: t("name_contains") }]} />
      <List<AccessGroup>
        id={`groups?${name}`}
        caption={t("access_groups")}
        keyOf={({ Id }) => Id}
        read={(page, signal) => ask<AccessGroup[]>(endpointPath("AccessGroups"), { query: endpointPage(page, name.trim() ? like("Name", name) : undefined), signal })}
        columns={[
          { title: t("name"), cell: ({ Id, Name }) => <a href={href(["groups", Id])}>{Name}</a> },
          { title: t("kind"), cell: ({ AccessGroupTypeId }) => AccessGroupTypeId.Name },
          { title: t("state"), cell: ({ Is_Active, Is_System }) => <>{Is_Active ? t("active") : <span class="bad">{t("inactive")}</span>}{Is_System && `, ${t("system_group")}`}</> },
          { title: t("description"), cell: ({ Description }) => Description },
        ]}
      />
    </>
  );
}
