-- Endpoint's applications, groups of users, and the links of both.
CREATE TABLE applications (
  id              TEXT PRIMARY KEY,
  name            TEXT NOT NULL UNIQUE,
  application_key TEXT NOT NULL UNIQUE,
  external_id     TEXT NOT NULL DEFAULT '',
  description     TEXT NOT NULL DEFAULT '',
  web_site_url    TEXT NOT NULL DEFAULT '',
  is_system       INTEGER NOT NULL DEFAULT 0 CHECK (is_system IN (0, 1)),
  is_end_user     INTEGER NOT NULL DEFAULT 0 CHECK (is_end_user IN (0, 1)),
  is_test_app     INTEGER NOT NULL DEFAULT 0 CHECK (is_test_app IN (0, 1)),
  is_active       INTEGER NOT NULL DEFAULT 0 CHECK (is_active IN (0, 1)),
  is_read_only    INTEGER NOT NULL DEFAULT 0 CHECK (is_read_only IN (0, 1)),
  created_on      TEXT NOT NULL,
  created_by      TEXT NOT NULL DEFAULT '',
  modified_on     TEXT NOT NULL,
  modified_by     TEXT NOT NULL DEFAULT '',
  version         INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX applications_by_external_id ON applications (external_id);
CREATE INDEX applications_by_creation ON applications (created_on, id);

ALTER TABLE roles ADD COLUMN access_application_id TEXT REFERENCES applications (id);
CREATE INDEX roles_by_application ON roles (access_application_id, inserted_at, id) WHERE access_application_id IS NOT NULL;

CREATE TABLE access_group_applications (
  access_group_id       TEXT NOT NULL REFERENCES access_groups (id) ON DELETE CASCADE,
  application_id        TEXT NOT NULL REFERENCES applications (id) ON DELETE CASCADE,
  parent_application_id TEXT REFERENCES applications (id) ON DELETE SET NULL,
  is_active             INTEGER NOT NULL DEFAULT 0 CHECK (is_active IN (0, 1)),
  created_on            TEXT NOT NULL,
  PRIMARY KEY (access_group_id, application_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_group_applications_by_application ON access_group_applications (application_id);
CREATE INDEX access_group_applications_by_parent ON access_group_applications (parent_application_id)
  WHERE parent_application_id IS NOT NULL;

CREATE TABLE user_groups (
  id                    INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 2147483647),
  name                  TEXT NOT NULL UNIQUE,
  description           TEXT NOT NULL DEFAULT '',
  has_custom_management INTEGER NOT NULL DEFAULT 0 CHECK (has_custom_management IN (0, 1)),
  created_on            TEXT NOT NULL,
  created_by            TEXT NOT NULL DEFAULT '',
  modified_on           TEXT NOT NULL,
  modified_by           TEXT NOT NULL DEFAULT '',
  version               INTEGER NOT NULL DEFAULT 1
) STRICT;

CREATE TABLE user_group_users (
  user_group_id INTEGER NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
  user_id       INTEGER NOT NULL REFERENCES endpoint_users (id) ON DELETE CASCADE,
  PRIMARY KEY (user_group_id, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_group_users_by_user ON user_group_users (user_id);

CREATE TABLE access_group_user_groups (
  access_group_id TEXT NOT NULL REFERENCES access_groups (id) ON DELETE CASCADE,
  user_group_id   INTEGER NOT NULL REFERENCES user_groups (id) ON DELETE CASCADE,
  created_on      TEXT NOT NULL,
  PRIMARY KEY (access_group_id, user_group_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX access_group_user_groups_by_user_group ON access_group_user_groups (user_group_id);

CREATE TRIGGER applications_added AFTER INSERT ON applications BEGIN
  UPDATE totals SET total = total + 1 WHERE table_name = 'applications';
  INSERT INTO totals SELECT 'applications', (SELECT count(*) FROM applications)
    WHERE NOT EXISTS (SELECT 1 FROM totals WHERE table_name = 'applications');
END;
CREATE TRIGGER applications_removed AFTER DELETE ON applications BEGIN
  UPDATE totals SET total = total - 1 WHERE table_name = 'applications';
END;
CREATE TRIGGER user_groups_added AFTER INSERT ON user_groups BEGIN
  UPDATE totals SET total = total + 1 WHERE table_name = 'user_groups';
  INSERT INTO totals SELECT 'user_groups', (SELECT count(*) FROM user_groups)
    WHERE NOT EXISTS (SELECT 1 FROM totals WHERE table_name = 'user_groups');
END;
CREATE TRIGGER user_groups_removed AFTER DELETE ON user_groups BEGIN
  UPDATE totals SET total = total - 1 WHERE table_name = 'user_groups';
END;
CREATE TRIGGER endpoint_users_added AFTER INSERT ON endpoint_users BEGIN
  UPDATE totals SET total = total + 1 WHERE table_name = 'endpoint_users';
  INSERT INTO totals SELECT 'endpoint_users', (SELECT count(*) FROM endpoint_users)
    WHERE NOT EXISTS (SELECT 1 FROM totals WHERE table_name = 'endpoint_users');
END;
CREATE TRIGGER endpoint_users_removed AFTER DELETE ON endpoint_users BEGIN
  UPDATE totals SET total = total - 1 WHERE table_name = 'endpoint_users';
END;
