-- Dry runs (docs/decisions/0020-dry-run.md). A dry run makes a change in a batch that then fails on purpose. Outside of it
-- the tables are empty. Triggers that the batch makes (src/db/rights.rs) write down each path by which somebody holds a
-- right, when a row that it leads through comes or goes.
CREATE TABLE dry_run (
  id        INTEGER PRIMARY KEY CHECK (id = 1),
  audit_seq INTEGER NOT NULL,                                -- the audit's last number before the change
  facts     TEXT                                             -- what the change depends on
) STRICT;

-- A path that came (delta 1) or went (-1). A right is one of these:
--   kind         holder          place              name             detail
--   client       a client        ''                 a scope          ''
--   user         a user (sub)    a client, or '': all   a scope      ''
--   permission   endpoint_users  an access role     a permission     the type of the access group
CREATE TABLE dry_run_paths (
  id     INTEGER PRIMARY KEY,
  delta  INTEGER NOT NULL,
  kind   TEXT NOT NULL,
  holder TEXT NOT NULL,
  place  TEXT NOT NULL,
  name   TEXT NOT NULL,
  detail TEXT NOT NULL,
  path   TEXT NOT NULL                                       -- the records between holder and right: ["role/<id>"]
) STRICT;
CREATE INDEX dry_run_paths_by_right ON dry_run_paths (kind, holder, place, name, detail);

-- An insert into it fails. The text is the error's, so the answer of a dry run leaves a batch that is rolled back.
CREATE TABLE dry_run_answers (
  answer TEXT NOT NULL
) STRICT;
CREATE TRIGGER dry_run_answered BEFORE INSERT ON dry_run_answers BEGIN
  SELECT RAISE(ABORT, NEW.answer);
END;

-- The scopes of roles, one by one. The vendor's pair is two scopes, as in a token (src/oauth/store/caller.rs).
CREATE VIEW role_scopes AS
SELECT roles.id AS role_id, part.value AS scope FROM roles, json_each('[' || replace(json_quote(replace(replace(' ' || roles.scope || ' ', char(9), '\'), ':Create, Update ', ':Create,' || char(9) || 'Update ')), ' ', '","') || ']') item,
  json_each(CASE
    WHEN substr(item.value, -15) = ':Create,' || char(9) || 'Update' THEN json_array(
      substr(item.value, 1, length(item.value) - 15) || ':Create', substr(item.value, 1, length(item.value) - 15) || ':Update')
    WHEN item.value = '' OR substr(item.value, -8) = ':Create,' OR instr(item.value, '\') > 0 THEN '[]'
    ELSE json_array(item.value) END) part;

-- Who holds which scope: clients, by their types.
CREATE VIEW client_scope_paths AS
SELECT 'client' AS kind, clients.id AS holder, '' AS place, part.value AS name, '' AS detail,
  json_array('client_type/' || clients.client_type_id) AS path, clients.id AS client_id, clients.client_type_id
FROM clients JOIN client_types ON client_types.id = clients.client_type_id, json_each('[' || replace(json_quote(replace(replace(' ' || client_types.scope || ' ', char(9), '\'), ':Create, Update ', ':Create,' || char(9) || 'Update ')), ' ', '","') || ']') item,
  json_each(CASE
    WHEN substr(item.value, -15) = ':Create,' || char(9) || 'Update' THEN json_array(
      substr(item.value, 1, length(item.value) - 15) || ':Create', substr(item.value, 1, length(item.value) - 15) || ':Update')
    WHEN item.value = '' OR substr(item.value, -8) = ':Create,' OR instr(item.value, '\') > 0 THEN '[]'
    ELSE json_array(item.value) END) part
WHERE clients.is_blocked = 0;

-- Users, by roles that they have at one client, as far as the client's type goes.
CREATE VIEW user_scope_paths AS
SELECT 'user' AS kind, user_roles.user_id AS holder, user_roles.client_id AS place, role_scopes.scope AS name, '' AS detail,
  json_array('role/' || user_roles.role_id) AS path, user_roles.id AS user_role_id, user_roles.role_id,
  user_roles.client_id, clients.client_type_id
FROM user_roles JOIN clients ON clients.id = user_roles.client_id AND clients.is_blocked = 0
  JOIN client_types ON client_types.id = clients.client_type_id
  JOIN role_scopes ON role_scopes.role_id = user_roles.role_id
WHERE (instr(replace(replace(' ' || client_types.scope || ' ', char(9), '\'), ':Create, Update ', ':Create,' || char(9) || 'Update '), ' ' || role_scopes.scope || ' ') > 0
    OR (substr(role_scopes.scope, -7) IN (':Create', ':Update') AND instr(replace(replace(' ' || client_types.scope || ' ', char(9), '\'), ':Create, Update ', ':Create,' || char(9) || 'Update '),
      ' ' || substr(role_scopes.scope, 1, length(role_scopes.scope) - 7) || ':Create,' || char(9) || 'Update ') > 0));

-- Users, by roles that they have at all clients.
CREATE VIEW everywhere_scope_paths AS
SELECT 'user' AS kind, user_roles.user_id AS holder, '' AS place, role_scopes.scope AS name, '' AS detail,
  json_array('role/' || user_roles.role_id) AS path, user_roles.id AS user_role_id, user_roles.role_id
FROM user_roles JOIN role_scopes ON role_scopes.role_id = user_roles.role_id
WHERE user_roles.client_id IS NULL;

-- Endpoint's users, by access groups of their own (src/endpoint/effective.rs).
CREATE VIEW own_permission_paths AS
SELECT 'permission' AS kind, endpoint_users.id AS holder, roles.id AS place, permissions.permission_id AS name,
  access_groups.access_group_type_id AS detail,
  json_array('access_group/' || access_groups.id, 'access_role/' || roles.id) AS path,
  endpoint_users.id AS user_id, access_groups.id AS access_group_id, roles.id AS role_id,
  roles.access_application_id AS application_id
FROM access_group_users
  JOIN endpoint_users ON endpoint_users.id = access_group_users.user_id AND endpoint_users.is_active = 1
  JOIN access_groups ON access_groups.id = access_group_users.access_group_id AND access_groups.is_active = 1
  JOIN permissions ON permissions.access_group_id = access_groups.id AND permissions.is_active = 1
  JOIN roles ON roles.id = permissions.role_id AND roles.is_active = 1
WHERE NOT EXISTS (SELECT 1 FROM applications
  WHERE applications.id = roles.access_application_id AND applications.is_active = 0);

-- The same, by access groups of a group of users that they are in.
CREATE VIEW shared_permission_paths AS
SELECT 'permission' AS kind, endpoint_users.id AS holder, roles.id AS place, permissions.permission_id AS name,
  access_groups.access_group_type_id AS detail, json_array('user_group/' || user_group_users.user_group_id,
    'access_group/' || access_groups.id, 'access_role/' || roles.id) AS path,
  endpoint_users.id AS user_id, user_group_users.user_group_id, access_groups.id AS access_group_id, roles.id AS role_id,
  roles.access_application_id AS application_id
FROM user_group_users
  JOIN endpoint_users ON endpoint_users.id = user_group_users.user_id AND endpoint_users.is_active = 1
  JOIN access_group_user_groups ON access_group_user_groups.user_group_id = user_group_users.user_group_id
  JOIN access_groups ON access_groups.id = access_group_user_groups.access_group_id AND access_groups.is_active = 1
  JOIN permissions ON permissions.access_group_id = access_groups.id AND permissions.is_active = 1
  JOIN roles ON roles.id = permissions.role_id AND roles.is_active = 1
WHERE NOT EXISTS (SELECT 1 FROM applications
  WHERE applications.id = roles.access_application_id AND applications.is_active = 0);


-- The rights that somebody has now and did not have before the change (gains), or the other way round (loses). Before is
-- now without the paths that came and with those that went. A user at a client has a scope by a role at that client or at
-- all clients, as far as the client's type goes.
CREATE VIEW dry_run_changes AS
WITH moves AS MATERIALIZED (
  SELECT kind, holder, place, name, detail, sum(delta) AS moved FROM dry_run_paths GROUP BY kind, holder, place, name, detail),
counted AS MATERIALIZED (
  SELECT kind, holder, place, name, detail, moved,
    CASE WHEN kind = 'permission' THEN
      (SELECT count(*) FROM own_permission_paths now WHERE now.user_id = CAST(moves.holder AS INTEGER)
        AND now.access_group_id IN (SELECT access_group_id FROM access_group_users
          WHERE user_id = CAST(moves.holder AS INTEGER))
        AND now.role_id = moves.place AND now.name = moves.name AND now.detail = moves.detail)
      + (SELECT count(*) FROM shared_permission_paths now WHERE now.user_id = CAST(moves.holder AS INTEGER)
        AND now.access_group_id IN (SELECT given.access_group_id FROM user_group_users member
          JOIN access_group_user_groups given ON given.user_group_id = member.user_group_id
          WHERE member.user_id = CAST(moves.holder AS INTEGER))
        AND now.role_id = moves.place AND now.name = moves.name AND now.detail = moves.detail)
    WHEN kind = 'client' THEN (SELECT count(*) FROM client_scope_paths now
      WHERE now.holder = moves.holder AND now.name = moves.name)
    WHEN place = '' THEN (SELECT count(*) FROM everywhere_scope_paths now
      WHERE now.holder = moves.holder AND now.name = moves.name)
    ELSE (SELECT count(*) FROM user_scope_paths now
      WHERE now.holder = moves.holder AND now.place = moves.place AND now.name = moves.name) END AS own,
    CASE WHEN kind = 'user' AND place <> '' THEN (SELECT count(*) FROM everywhere_scope_paths now
      WHERE now.holder = moves.holder AND now.name = moves.name) ELSE 0 END AS others,
    CASE WHEN kind = 'user' AND place <> '' THEN (SELECT COALESCE(sum(delta), 0) FROM dry_run_paths walked
      WHERE walked.kind = 'user' AND walked.holder = moves.holder AND walked.place = '' AND walked.name = moves.name)
      ELSE 0 END AS others_moved,
    CASE WHEN kind = 'user' AND place <> '' THEN (SELECT count(*) FROM client_scope_paths now
      WHERE now.holder = moves.place AND now.name = moves.name) ELSE 0 END AS ceiling,
    CASE WHEN kind = 'user' AND place <> '' THEN (SELECT COALESCE(sum(delta), 0) FROM dry_run_paths walked
      WHERE walked.kind = 'client' AND walked.holder = moves.place AND walked.place = '' AND walked.name = moves.name)
      ELSE 0 END AS ceiling_moved
  FROM moves),
held AS MATERIALIZED (
  SELECT kind, holder, place, name, detail, own > 0 OR (others > 0 AND ceiling > 0) AS has,
    own > moved OR (others > others_moved AND ceiling > ceiling_moved) AS had
  FROM counted)
SELECT kind, holder, place, name, detail, iif(has, 'gains', 'loses') AS change,
  (SELECT walked.path FROM dry_run_paths walked WHERE walked.kind = held.kind AND walked.holder = held.holder
    AND walked.place = held.place AND walked.name = held.name AND walked.detail = held.detail
    AND walked.delta = iif(has, 1, -1) LIMIT 1) AS path
FROM held WHERE has <> had;
