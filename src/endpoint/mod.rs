//! Access groups, access roles and the users in them, in the dialect of eSystems' Endpoint API. Each resource is a file
//! of tables: its fields, its columns, its lists. `engine` does the work on them. This room may import `request` and
//! the rooms below, and never `mithril`, `oauth` or a room above. Within it, `users` imports `groups`, `groups` imports
//! `roles`, `roles` imports `people`, and all import `engine`.

pub mod engine;
pub mod groups;
pub mod people;
pub mod roles;
pub mod users;
