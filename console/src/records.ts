// The records of the API that the pages show.

export interface Client {
  id: string;
  name: string;
  user_id: string | null;
  client_type_id: string;
  client_type_name?: string;
  is_blocked: boolean;
  block_reason: string | null;
  settings: Record<string, unknown>;
  priv_settings?: Record<string, unknown>;
  inserted_at: string;
  updated_at: string;
}

export interface Connection {
  id: string;
  client_id: string;
  consumer_id: string;
  redirect_uri: string;
  token_endpoint_auth_method?: string;
  jwks?: { keys: { kid?: string; kty: string; alg?: string }[] } | null;
  former_redirect_uris?: { redirect_uri: string; until: string }[];
  inserted_at?: string;
  updated_at?: string;
  secret?: string;
}

export interface Secret {
  id: string;
  hint: string;
  created_at: string;
  expires_at: string | null;
  last_used_at: string | null;
}

/** A secret in the list over all connections. */
export interface DueSecret extends Secret {
  connection_id: string;
  client_id: string;
  client_name: string;
  is_current: boolean;
}

export interface Role {
  id: string;
  name: string;
  scope: string;
}

export interface ClientType extends Role {
  context: "any" | "own";
}

export interface UserRole {
  id: string;
  user_id: string;
  role_id: string;
  role_name: string;
  client_id: string | null;
  inserted_at: string;
}

/** Who has a scope (`GET /admin/scopes/{scope}/holders`), or a right at a client (`GET /admin/clients/{id}/access`). */
export interface Holder {
  kind: "user" | "client" | "connection" | "role";
  id: string;
  user_id?: string;
  client_id?: string | null;
  client_type?: string;
  role_id?: string;
  role_name?: string;
  scope?: string;
  since: string;
  last_used_at: string | null;
}

export interface AuditRow {
  seq: number;
  at: string;
  actor: string;
  client_id: string;
  action: string;
  subject: string;
  request_id: string;
  fields: string[];
  hash: string | null;
}

/** What an Endpoint record shows of another one. */
export interface Reference {
  Id: string;
  ExternalId: string;
  Name: string;
  Type: string;
}

export interface AccessGroup {
  Id: string;
  Name: string;
  ExternalId: string;
  Description: string;
  Is_Active: boolean;
  Is_System: boolean;
  AccessGroupTypeId: Reference;
}

export interface Permission {
  Id: number;
  AccessRoleId: Reference;
  PermissionId: Reference;
  Is_Active: boolean;
  CreatedOn: string;
}

export interface User {
  Id: number;
  Name: string;
  Username: string;
  Email: string;
  External_Id: string;
  Is_Active: boolean;
}

export interface UserGroup {
  Id: number;
  Name: string;
}

export const PERMISSIONS = ["Create", "Read", "Update", "Delete", "Details", "Export", "Import", "Generic"] as const;

export type EffectivePermission = { Id: number; AccessRoleId: Reference; AccessGroupTypeId: Reference } & Record<(typeof PERMISSIONS)[number], boolean>;

export interface Overview {
  secrets: { expire_within_14_days: number; old_still_used: number; unused_for_90_days: number };
  clients: { total: number; blocked: number; unused_for_90_days: number };
  refusals: { last_hour: { total: number; by_status: Record<string, number> } };
  audit: { rows: number; sealed_up_to: { seq: number; at: string } | null };
  administration: { clients: number; connections: number };
  problems: { code: string; text: string; command: string }[];
}

export interface Keys {
  signing_keys: { kid: string; alg: string; is_current: boolean; created_at: string | null; age_days: number | null }[];
  peppers: { id: string | number; is_current: boolean; secrets: number; created_at: string | null; age_days: number | null }[];
  settings: { name: string; problem: string }[];
}

/** An access review in a list. */
export interface Review {
  id: string;
  name: string;
  scope: string | null;
  role_id: string | null;
  access_group_id: string | null;
  items: number;
  inserted_at: string;
  inserted_by: string;
  closed_at: string | null;
  closed_by: string | null;
}

export interface WholeReview extends Review {
  counts: { open: number; keep: number; revoke: number; gone: number };
}

/** The record that gives a right, as it was when the review was taken. Which members it has depends on its kind. */
export interface ReviewedRight {
  kind: "role" | "member" | "user_group" | "group_member" | "permission" | "client" | "connection";
  id: string | number;
  since: string | null;
  last_used_at: string | null;
  user_id?: string;
  user_name?: string;
  client_id?: string | null;
  client_name?: string;
  client_type?: string;
  consumer_name?: string;
  role_id?: string;
  role_name?: string;
  access_group_id?: string;
  access_group_name?: string;
  user_group_name?: string;
  access_role_name?: string;
  permission_id?: string;
}

export interface ReviewItem {
  id: string;
  right: ReviewedRight;
  /** Null while it is undecided. */
  decision: "keep" | "revoke" | "gone" | null;
  note: string;
  decided_at: string | null;
  decided_by: string | null;
}
