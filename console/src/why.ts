// Why a user may do something: the paths that lead from the user to a permission, from the same records that decide.
import { all, endpointPath } from "./endpoint";
import type { AccessGroup, Permission, UserGroup } from "./records";

/** One path: user → (group of users →) access group → access role → permission. */
export interface Path {
  group: AccessGroup;
  /** The group of users that has the access group; undefined when it names the user. */
  through: UserGroup | undefined;
  role: string;
  roleName: string;
  permission: string;
}

const ACTIVE = "Is_Active = True";

async function pathsOf(group: AccessGroup, through: UserGroup | undefined, signal: AbortSignal): Promise<Path[]> {
  const permissions = await all<Permission>(endpointPath("AccessGroup", group.Id, "Permissions"), ACTIVE, signal);
  return permissions.map(({ AccessRoleId: role, PermissionId: permission }) => ({ group, through, role: role.Id, roleName: role.Name, permission: permission.Id }));
}

/** The paths through the access groups that name the user. */
export async function directPaths(user: number, signal: AbortSignal): Promise<Path[]> {
  const groups = await all<AccessGroup>(endpointPath("User", user, "AccessGroups"), ACTIVE, signal);
  return (await Promise.all(groups.map((group) => pathsOf(group, undefined, signal)))).flat();
}

/**
 * The paths through groups of users. The service has no list of the access groups of a group of users, so each active
 * access group is asked for its groups. `progress` is told how many of how many were asked.
 */
export async function pathsThroughGroups(mine: UserGroup[], progress: (done: number, of: number) => void, signal: AbortSignal): Promise<Path[]> {
  const groups = await all<AccessGroup>(endpointPath("AccessGroups"), ACTIVE, signal);
  const found: Path[] = [];
  for (const [index, group] of groups.entries()) {
    const inside = await all<UserGroup>(endpointPath("AccessGroup", group.Id, "Groups"), undefined, signal);
    for (const through of mine.filter(({ Id }) => inside.some((one) => one.Id === Id))) found.push(...(await pathsOf(group, through, signal)));
    progress(index + 1, groups.length);
  }
  return found;
}
