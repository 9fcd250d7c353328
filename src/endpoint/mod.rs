//! Applications, access roles, access groups, users and groups of users, in the dialect of eSystems' Endpoint API. Each
//! resource is a file of tables: its fields, its columns, its lists. `engine` does the work on them. This room may import
//! `request` and the rooms below, and never `mithril`, `oauth` or a room above. Within it, all import `engine`, and those
//! whose records name a user import `people`. `roles` imports `applications`, `groups` imports `roles`, and what relates
//! two resources imports both.

pub mod applications;
pub mod effective;
pub mod engine;
pub mod group_applications;
pub mod group_links;
pub mod groups;
pub mod people;
pub mod role_permissions;
pub mod roles;
pub mod user_access;
pub mod user_groups;
pub mod users;
