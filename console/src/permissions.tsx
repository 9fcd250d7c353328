// What a user may do by access groups, and why.
import { useRef, useState } from "preact/hooks";
import { all, endpointPath } from "./endpoint";
import { number } from "./format";
import { t } from "./language";
import { Table } from "./list";
import { Loaded, useLoad } from "./load";
import { PERMISSIONS, type EffectivePermission, type UserGroup } from "./records";
import { Failure } from "./refusal";
import { href } from "./router";
import { directPaths, pathsThroughGroups, type Path } from "./why";

/** One permission that the user has, with the paths that give it. */
interface Right {
  key: string;
  role: string;
  permission: string;
  paths: Path[];
}

function rights(effective: EffectivePermission[], paths: Path[]): Right[] {
  const found = new Map<string, Right>();
  for (const row of effective) {
    for (const permission of PERMISSIONS.filter((name) => row[name])) {
      const key = `${row.AccessRoleId.Id} ${permission}`;
      found.set(key, { key, role: row.AccessRoleId.Name, permission, paths: paths.filter((one) => one.role === row.AccessRoleId.Id && one.permission === permission) });
    }
  }
  return [...found.values()];
}

export function Permissions({ user }: { user: number }) {
  const [through, setThrough] = useState<Path[]>([]);
  const loading = useLoad(`rights of ${user}`, async (signal) => {
    const list = (name: string) => endpointPath("User", user, name);
    const [effective, paths, groups] = await Promise.all([all<EffectivePermission>(list("EffectivePermissions"), undefined, signal), directPaths(user, signal), all<UserGroup>(list("Groups"), undefined, signal)]);
    return { effective, paths, groups };
  });
  return (
    <section aria-labelledby="rights">
      <h2 id="rights">{t("effective_permissions")}</h2>
      <Loaded of={loading}>
        {({ effective, paths, groups }) => (
          <>
            <Table
              caption={t("effective_permissions")}
              rows={rights(effective, [...paths, ...through])}
              keyOf={({ key }) => key}
              columns={[
                { title: t("permission"), cell: ({ permission }) => <code>{permission}</code> },
                { title: t("access_role"), cell: ({ role }) => role },
                { title: t("why"), cell: (right) => <Why right={right} groups={groups} /> },
              ]}
            />
            {groups.length > 0 && <LookThrough groups={groups} onFound={setThrough} />}
          </>
        )}
      </Loaded>
    </section>
  );
}

function Why({ right: { paths }, groups }: { right: Right; groups: UserGroup[] }) {
  if (paths.length === 0) return <>{groups.length > 0 ? t("through_groups", { groups: groups.map(({ Name }) => Name).join(", ") }) : t("path_not_known")}</>;
  return (
    <ul class="paths">
      {paths.map(({ group, through, roleName, permission }) => (
        <li key={`${group.Id} ${through?.Id ?? ""}`}>
          {t("this_user")} → {through && <>{through.Name} → </>}<a href={href(["groups", group.Id])}>{group.Name}</a> → {roleName} → {permission}
        </li>
      ))}
    </ul>
  );
}

/** Finds the paths through groups of users. It asks each access group, so it shows how far it is and can be stopped. */
function LookThrough({ groups, onFound }: { groups: UserGroup[]; onFound: (paths: Path[]) => void }) {
  const [state, setState] = useState<{ done: number; of: number }>();
  const [error, setError] = useState<unknown>();
  const stop = useRef<AbortController>(undefined);
  async function look() {
    stop.current = new AbortController();
    setError(undefined);
    setState({ done: 0, of: 0 });
    const { signal } = stop.current;
    await pathsThroughGroups(groups, (done, of) => setState({ done, of }), signal).then(onFound, (found: unknown) => {
      if (!signal.aborted) setError(found);
    });
    setState(undefined);
  }
  return (
    <>
      <p class="buttons">
        <button type="button" disabled={state !== undefined} onClick={() => void look()}>{t("look_through_groups")}</button>
        {state && <><progress aria-label={t("working")} value={state.done} max={state.of || 1} /> {number(state.done)} / {number(state.of)} <button type="button" onClick={() => stop.current?.abort()}>{t("stop")}</button></>}
      </p>
      {error !== undefined && <Failure error={error} />}
    </>
  );
}
