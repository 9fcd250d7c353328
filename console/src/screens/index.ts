// Which screen an address shows.
import type { ComponentType } from "preact";
import { AuditScreen } from "./audit";
import { ClientScreen } from "./client";
import { ClientsScreen } from "./clients";
import { ConnectionScreen } from "./connection";
import { GroupScreen } from "./group";
import { GroupsScreen } from "./groups";
import { KeysScreen } from "./keys";
import { Missing } from "./missing";
import { OverviewScreen } from "./overview";
import { ReviewScreen } from "./review";
import { ReviewsScreen } from "./reviews";
import { RoleScreen, TypeScreen } from "./role";
import { RolesScreen, TypesScreen } from "./roles";
import { ScopeScreen } from "./scope";
import { SecretsScreen } from "./secrets";
import { UserScreen } from "./user";
import { UsersScreen } from "./users";

/** The screens by the shape of their address; `*` is an id. */
const SCREENS: Record<string, ComponentType> = {
  "": OverviewScreen,
  clients: ClientsScreen,
  "clients/*": ClientScreen,
  "clients/*/connections/*": ConnectionScreen,
  "connections/*": ConnectionScreen,
  secrets: SecretsScreen,
  users: UsersScreen,
  "users/*": UserScreen,
  roles: RolesScreen,
  "roles/*": RoleScreen,
  types: TypesScreen,
  "types/*": TypeScreen,
  "scopes/*": ScopeScreen,
  groups: GroupsScreen,
  "groups/*": GroupScreen,
  reviews: ReviewsScreen,
  "reviews/*": ReviewScreen,
  audit: AuditScreen,
  keys: KeysScreen,
};

export function screenOf(parts: string[]): ComponentType {
  return SCREENS[parts.map((part, index) => (index % 2 === 0 ? part : "*")).join("/")] ?? Missing;
}
