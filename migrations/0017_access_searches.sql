-- Searches for the users who have a scope: they walk Mithril's roles, and of each role the users at one client. `id` is
-- unique, so the first index is too; said so, SQLite knows that its rows are in order.
DROP INDEX roles_by_type;
CREATE UNIQUE INDEX roles_by_type ON roles (type, inserted_at, id);
DROP INDEX user_roles_by_role;
CREATE INDEX user_roles_by_role ON user_roles (role_id, client_id);
