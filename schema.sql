-- The whole database of mithril-edge. D1 and native SQLite both run this file.
-- The files in migrations/ add up to it; a test proves that. D1 always enforces foreign keys.
--
-- Conventions
--   *_at, *_on      RFC 3339 UTC text, second precision: 2026-11-21T08:00:00Z
--   *_after, *_exp, *_iat  NumericDate (RFC 7519): whole seconds since 1970, compared with JWT claims
--   version         grows by 1 with each change of the row; ETag and If-Match use it. Where a caller may choose the id,
--                   it starts above the audit's last seq, so that a new record never has a version of a former one
--   flags           0 or 1

CREATE TABLE client_types (
  id          TEXT PRIMARY KEY,
  name        TEXT NOT NULL UNIQUE,
  scope       TEXT NOT NULL CHECK (length(scope) <= 8192),   -- the most that a token of this type may have
  context     TEXT NOT NULL DEFAULT 'own' CHECK (context IN ('own', 'any')),
  inserted_at TEXT NOT NULL,
  updated_at  TEXT NOT NULL,
  version     INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX client_types_by_creation ON client_types (inserted_at, id);

-- A client is a legal entity and has its id.
CREATE TABLE clients (
  id                 TEXT PRIMARY KEY,
  name               TEXT NOT NULL,
  user_id            TEXT,
  client_type_id     TEXT NOT NULL REFERENCES client_types (id),
  is_blocked         INTEGER NOT NULL DEFAULT 0 CHECK (is_blocked IN (0, 1)),
  block_reason       TEXT,
  settings           TEXT NOT NULL DEFAULT '{}' CHECK (json_valid(settings)),
  priv_settings      TEXT NOT NULL DEFAULT '{"access_type":"BROKER"}' CHECK (json_valid(priv_settings)),
  tokens_valid_after INTEGER,          -- a token with iat at or before this is dead; NULL: none is
  inserted_at        TEXT NOT NULL,
  updated_at         TEXT NOT NULL,
  version            INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX clients_by_creation ON clients (inserted_at, id);
CREATE INDEX clients_by_client_type ON clients (client_type_id);
CREATE INDEX clients_by_user ON clients (user_id, inserted_at, id);
CREATE INDEX clients_by_block ON clients (is_blocked, inserted_at, id);

-- Deleted clients whose tokens of trusted issuers are still refused. The row goes when the client is made anew, and the new
-- client then refuses the same tokens.
CREATE TABLE deleted_clients (
  id                 TEXT PRIMARY KEY,
  is_blocked         INTEGER NOT NULL CHECK (is_blocked IN (0, 1)),   -- 1: every token is refused
  tokens_valid_after INTEGER NOT NULL,                                -- a token with iat at or before this is dead
  kept_exp           INTEGER                                          -- not used any more; the release after 0.2 drops it
) STRICT;
CREATE INDEX deleted_clients_by_end ON deleted_clients (kept_exp) WHERE kept_exp IS NOT NULL;
CREATE TRIGGER clients_anew AFTER INSERT ON clients BEGIN
  UPDATE clients SET tokens_valid_after = MAX(COALESCE(tokens_valid_after, 0),
      (SELECT tokens_valid_after FROM deleted_clients WHERE id = NEW.id))
    WHERE id = NEW.id AND EXISTS (SELECT 1 FROM deleted_clients WHERE id = NEW.id);
  DELETE FROM deleted_clients WHERE id = NEW.id;
END;

-- client_id owns the connection; consumer_id (a MIS) uses it. A deleted connection cannot be restored. `number` rises with
-- the time of creation. The database knows a connection by it where rows are many; no client sees it.
CREATE TABLE connections (
  number             INTEGER PRIMARY KEY,
  id                 TEXT NOT NULL UNIQUE,
  client_id          TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  consumer_id        TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  redirect_uri       TEXT NOT NULL CHECK (length(redirect_uri) BETWEEN 9 AND 2048),
  token_endpoint_auth_method TEXT NOT NULL DEFAULT 'client_secret_basic'   -- RFC 7591 §2
                     CHECK (token_endpoint_auth_method IN ('client_secret_basic', 'private_key_jwt', 'none')),
  jwks               TEXT CHECK (json_valid(jwks)),          -- public JWK Set, for private_key_jwt
  tokens_valid_after INTEGER,
  inserted_at        TEXT NOT NULL,
  updated_at         TEXT NOT NULL,
  version            INTEGER NOT NULL DEFAULT 1,
  former_redirect_uris TEXT CHECK (json_valid(former_redirect_uris)),  -- the last five, the newest first
  own_grants         INTEGER NOT NULL DEFAULT 0,             -- grants without a user, so that a token request need not count them
  UNIQUE (consumer_id, client_id)
) STRICT;
-- In the order of their numbers.
CREATE INDEX connections_by_client ON connections (client_id);
-- For token requests. Most clients have no such connections, and a client may have very many others.
CREATE INDEX connections_public ON connections (client_id) WHERE token_endpoint_auth_method = 'none';
CREATE INDEX connections_with_keys ON connections (client_id) WHERE token_endpoint_auth_method = 'private_key_jwt';

-- digest is HMAC-SHA-256(pepper, secret) as base64url. The secret itself is never stored.
-- The rows of a connection are the start of the key, so no other index finds them.
CREATE TABLE connection_secrets (
  id             TEXT NOT NULL,
  connection_id  TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  digest         TEXT NOT NULL UNIQUE CHECK (length(digest) = 43),
  pepper_version INTEGER NOT NULL,
  hint           TEXT NOT NULL CHECK (length(hint) = 4),     -- the secret's last four characters
  created_at     TEXT NOT NULL,
  expires_at     TEXT,
  last_used_at   TEXT,
  imported_hash  TEXT CHECK (length(imported_hash) <= 255),  -- another service's hash, until its first use; digest is then a placeholder
  PRIMARY KEY (connection_id, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX connection_secrets_by_end ON connection_secrets (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX connection_secrets_imported ON connection_secrets (connection_id) WHERE imported_hash IS NOT NULL;

-- The applications whose roles access groups give. A system or read-only one refuses changes of itself and of its roles.
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
  created_by      TEXT NOT NULL DEFAULT '',                  -- the token's sub
  modified_on     TEXT NOT NULL,
  modified_by     TEXT NOT NULL DEFAULT '',
  version         INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX applications_by_external_id ON applications (external_id);
CREATE INDEX applications_by_creation ON applications (created_on, id);

-- Holds Mithril's roles and the access roles that permissions refer to.
CREATE TABLE roles (
  id          TEXT PRIMARY KEY,                              -- opaque: role-1380df72-…, a UUID, …
  name        TEXT NOT NULL UNIQUE,
  scope       TEXT NOT NULL CHECK (length(scope) <= 8192),
  external_id TEXT NOT NULL DEFAULT '',
  type        TEXT NOT NULL DEFAULT 'Role',                  -- 'AccessRole': a role of Endpoint, which sees no others
  inserted_at TEXT NOT NULL,
  updated_at  TEXT NOT NULL,
  version     INTEGER NOT NULL DEFAULT 1,
  -- used by access roles only
  role_key    TEXT NOT NULL DEFAULT '',
  full_name   TEXT NOT NULL DEFAULT '',
  description TEXT NOT NULL DEFAULT '',
  is_active   INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  is_custom   INTEGER NOT NULL DEFAULT 0 CHECK (is_custom IN (0, 1)),
  is_read_only INTEGER NOT NULL DEFAULT 0 CHECK (is_read_only IN (0, 1)),
  created_by  TEXT NOT NULL DEFAULT '',                      -- the token's sub
  modified_by TEXT NOT NULL DEFAULT '',
  access_application_id TEXT REFERENCES applications (id)    -- NULL: the role belongs to none
) STRICT;
CREATE UNIQUE INDEX roles_by_type ON roles (type, inserted_at, id);
CREATE UNIQUE INDEX roles_by_role_key ON roles (role_key) WHERE role_key <> '';
CREATE INDEX roles_by_external_id ON roles (external_id);
CREATE INDEX roles_by_application ON roles (access_application_id, inserted_at, id) WHERE access_application_id IS NOT NULL;

-- What an access role allows by itself, independent of any group.
CREATE TABLE role_permissions (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,           -- int64, never reused
  role_id       TEXT NOT NULL REFERENCES roles (id) ON DELETE CASCADE,
  permission_id TEXT NOT NULL CHECK (permission_id IN
                ('Create', 'Read', 'Update', 'Delete', 'Details', 'Export', 'Import', 'Generic')),
  created_on    TEXT NOT NULL,
  UNIQUE (role_id, permission_id)
) STRICT;
CREATE INDEX role_permissions_by_creation ON role_permissions (role_id, created_on, id);

-- The roles of a user at one client, or at every client where client_id is NULL. The login service keeps the users.
CREATE TABLE user_roles (
  id          TEXT PRIMARY KEY,
  user_id     TEXT NOT NULL,
  role_id     TEXT NOT NULL REFERENCES roles (id),
  client_id   TEXT REFERENCES clients (id),
  inserted_at TEXT NOT NULL,
  UNIQUE (user_id, role_id, client_id)
) STRICT;
CREATE UNIQUE INDEX user_roles_everywhere ON user_roles (user_id, role_id) WHERE client_id IS NULL;
CREATE INDEX user_roles_by_creation ON user_roles (user_id, inserted_at, id);
CREATE INDEX user_roles_by_role ON user_roles (role_id, client_id);
CREATE INDEX user_roles_by_client ON user_roles (client_id);

-- external_id comes from other systems and need not be unique. A look-up by it that matches several rows
-- is the documented 400 "Multible Rows".
CREATE TABLE access_groups (
  id                   TEXT PRIMARY KEY,
  name                 TEXT NOT NULL UNIQUE,
  external_id          TEXT NOT NULL DEFAULT '',
  description          TEXT NOT NULL DEFAULT '',
  is_active            INTEGER NOT NULL DEFAULT 0 CHECK (is_active IN (0, 1)),
  is_system            INTEGER NOT NULL DEFAULT 0 CHECK (is_system IN (0, 1)),
  is_login_group       INTEGER NOT NULL DEFAULT 0 CHECK (is_login_group IN (0, 1)),
  access_group_type_id TEXT NOT NULL DEFAULT 'FullAccess'
                       CHECK (access_group_type_id IN ('FullAccess', 'Locations', 'Departments')),
  created_on           TEXT NOT NULL,
  created_by           TEXT NOT NULL DEFAULT '',             -- the token's sub
  modified_on          TEXT NOT NULL,
  modified_by          TEXT NOT NULL DEFAULT '',
  version              INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX access_groups_by_external_id ON access_groups (external_id);
CREATE INDEX access_groups_by_creation ON access_groups (created_on, id);

CREATE TABLE permissions (
  id              INTEGER PRIMARY KEY AUTOINCREMENT,         -- int64, never reused
  access_group_id TEXT NOT NULL REFERENCES access_groups (id) ON DELETE CASCADE,
  role_id         TEXT NOT NULL REFERENCES roles (id),
  permission_id   TEXT NOT NULL CHECK (permission_id IN
                  ('Create', 'Read', 'Update', 'Delete', 'Details', 'Export', 'Import', 'Generic')),
  is_active       INTEGER NOT NULL DEFAULT 0 CHECK (is_active IN (0, 1)),
  created_on      TEXT NOT NULL,
  UNIQUE (access_group_id, role_id, permission_id)
) STRICT;
CREATE INDEX permissions_by_role ON permissions (role_id, permission_id);
CREATE INDEX permissions_by_creation ON permissions (access_group_id, created_on, id);

-- The applications of an access group. Its members see the roles of one under parent_application_id, if there is one.
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

-- The users that access groups can have. The login service in front keeps their accounts, and an administration records them
-- here; external_id is the sub of their tokens.
CREATE TABLE endpoint_users (
  id            INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 2147483647),
  name          TEXT NOT NULL,
  username      TEXT NOT NULL UNIQUE,
  email         TEXT NOT NULL DEFAULT '',
  mobile_phone  TEXT NOT NULL DEFAULT '',
  external_id   TEXT NOT NULL DEFAULT '',
  creation_date TEXT NOT NULL,
  last_login    TEXT NOT NULL DEFAULT '1900-01-01T12:00:00Z', -- stands for no date in the documents
  is_active     INTEGER NOT NULL DEFAULT 1 CHECK (is_active IN (0, 1)),
  version       INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX endpoint_users_by_email ON endpoint_users (email);
CREATE INDEX endpoint_users_by_external_id ON endpoint_users (external_id);

CREATE TABLE access_group_users (
  access_group_id TEXT NOT NULL REFERENCES access_groups (id) ON DELETE CASCADE,
  user_id         INTEGER NOT NULL REFERENCES endpoint_users (id) ON DELETE CASCADE,
  created_on      TEXT NOT NULL,
  PRIMARY KEY (access_group_id, user_id)
) STRICT;
CREATE INDEX access_group_users_by_user ON access_group_users (user_id);

-- Groups of users: GroupExternal. A member has the access groups of the group besides the own ones.
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

-- What a user lets a client do: all that was approved and that the client's type still allows. Deleting the row ends all
-- codes, grants and tokens that came from it. They name it without a foreign key, so that a refused client learns why.
CREATE TABLE approvals (
  id         TEXT PRIMARY KEY,
  user_id    TEXT NOT NULL,
  client_id  TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  scope      TEXT NOT NULL,
  created_at TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  version    INTEGER NOT NULL DEFAULT 1,
  UNIQUE (user_id, client_id)
) STRICT;
CREATE INDEX approvals_by_client ON approvals (client_id);
CREATE INDEX approvals_by_creation ON approvals (user_id, created_at, id);

-- One grant: a refresh token with all its successors. Deleting the row ends them, and every access token issued
-- through them. Tokens are kept as digests only. id is not a secret: the tokens carry it. There are more of these rows than
-- of any other, so the id is short and the connection is its number.
CREATE TABLE refresh_grants (
  id                TEXT PRIMARY KEY,
  connection_number INTEGER NOT NULL REFERENCES connections (number) ON DELETE CASCADE,
  user_id           TEXT,                                    -- NULL: the client acts for itself
  scope             TEXT NOT NULL,                           -- the most that it can ever give
  digest            TEXT NOT NULL,                           -- of the current refresh token
  previous          TEXT,                                    -- of the token before; a retry may use it until retry_exp
  retry_exp         INTEGER,
  grant_iat         INTEGER NOT NULL,
  grant_exp         INTEGER NOT NULL,                        -- a refresh does not move it
  approval_id       TEXT,                                    -- without its approval the grant is dead; NULL: it needs none
  is_spare          INTEGER NOT NULL AS (user_id IS NULL AND previous IS NULL)   -- 1: the client's own, never refreshed
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_grants_by_connection ON refresh_grants (connection_number, is_spare, grant_iat);
CREATE INDEX refresh_grants_by_end ON refresh_grants (grant_exp);
CREATE TRIGGER refresh_grants_added AFTER INSERT ON refresh_grants WHEN NEW.user_id IS NULL BEGIN
  UPDATE connections SET own_grants = own_grants + 1 WHERE number = NEW.connection_number;
END;
CREATE TRIGGER refresh_grants_removed AFTER DELETE ON refresh_grants WHEN OLD.user_id IS NULL BEGIN
  UPDATE connections SET own_grants = own_grants - 1 WHERE number = OLD.connection_number;
END;

-- The tables of the release before, for its Worker until this one is deployed, or when it is taken back. The next release
-- drops them. changes() does not count what happens to a view, so that Worker would write no audit row when a user's grant
-- begins or a grant is ended, and the triggers write it.
CREATE VIEW grants AS
SELECT held.id, link.id AS connection_id, held.user_id, held.scope, held.digest, held.previous, held.retry_exp, held.grant_iat,
  held.grant_exp, held.approval_id, held.is_spare
FROM refresh_grants held JOIN connections link ON link.number = held.connection_number;
CREATE TRIGGER grants_added INSTEAD OF INSERT ON grants BEGIN
  INSERT INTO refresh_grants (id, connection_number, user_id, scope, digest, previous, retry_exp, grant_iat, grant_exp, approval_id)
    SELECT NEW.id, number, NEW.user_id, NEW.scope, NEW.digest, NEW.previous, NEW.retry_exp, NEW.grant_iat, NEW.grant_exp,
      NEW.approval_id FROM connections
    WHERE id = NEW.connection_id AND NOT EXISTS (SELECT 1 FROM refresh_grants WHERE refresh_grants.id = NEW.id);
  INSERT INTO audit (seq, at, actor, client_id, action, subject, request_id, fields)
    SELECT COALESCE((SELECT max(seq) FROM audit), (SELECT seq FROM audit_head WHERE id = 1), 0) + 1,
      strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), client_id, client_id, 'grant.create', 'grant/' || NEW.id, '', '[]'
    FROM connections WHERE id = NEW.connection_id AND NEW.user_id IS NOT NULL;
END;
CREATE TRIGGER grants_changed INSTEAD OF UPDATE ON grants BEGIN
  UPDATE refresh_grants SET id = NEW.id, scope = NEW.scope, digest = NEW.digest, previous = NEW.previous,
    retry_exp = NEW.retry_exp, grant_iat = NEW.grant_iat, grant_exp = NEW.grant_exp WHERE id = OLD.id;
END;
CREATE TRIGGER grants_removed INSTEAD OF DELETE ON grants BEGIN
  DELETE FROM refresh_grants WHERE id = OLD.id;
  INSERT INTO audit (seq, at, actor, client_id, action, subject, request_id, fields)
    SELECT COALESCE((SELECT max(seq) FROM audit), (SELECT seq FROM audit_head WHERE id = 1), 0) + 1,
      strftime('%Y-%m-%dT%H:%M:%SZ', 'now'), client_id, client_id, 'grant.revoke', 'grant/' || OLD.id, '', '[]'
    FROM connections WHERE id = OLD.connection_id AND OLD.grant_exp >= unixepoch() - 86400
      AND NOT (OLD.is_spare = 1 AND OLD.grant_iat <= unixepoch() - 86400);   -- those are only cleared away
END;
CREATE VIEW grant_totals AS SELECT id AS connection_id, own_grants AS total FROM connections;

-- A code works once. grant_id is the grant that it gave; a second use of the code ends that grant. The grant_id of a
-- code that was shown with a wrong verifier is empty.
CREATE TABLE authorization_codes (
  digest         TEXT PRIMARY KEY,
  connection_id  TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  user_id        TEXT NOT NULL,
  scope          TEXT NOT NULL,
  redirect_uri   TEXT NOT NULL,
  code_challenge TEXT,                                       -- S256 (RFC 7636)
  grant_id       TEXT,
  code_iat       INTEGER NOT NULL,
  code_exp       INTEGER NOT NULL,
  approval_id    TEXT                                        -- without its approval the code is dead
) STRICT, WITHOUT ROWID;
CREATE INDEX authorization_codes_by_connection ON authorization_codes (connection_id);
CREATE INDEX authorization_codes_by_end ON authorization_codes (code_exp);

-- Access tokens of this service that were revoked one by one (RFC 7009), until they would have expired.
CREATE TABLE revoked_tokens (
  jti       TEXT PRIMARY KEY,
  token_exp INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX revoked_tokens_by_end ON revoked_tokens (token_exp);

-- A client assertion works once (RFC 7523 §3): SHA-256 of what each used one signs, until it expires.
CREATE TABLE used_assertions (
  digest        TEXT PRIMARY KEY,
  assertion_exp INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX used_assertions_by_end ON used_assertions (assertion_exp);

-- A row is written in the batch of the change that it records, and nowhere else. It names the changed fields, never their
-- values. seq has no gaps: a missing number means a removed row. A time is found by halving, because `at` rises with seq.
-- The one index is for the question that is asked most, what happened to a record; the other filters read rows in order.
CREATE TABLE audit (
  seq        INTEGER PRIMARY KEY,                            -- the INSERT numbers it (src/request/audit_record.rs)
  at         TEXT NOT NULL,
  actor      TEXT NOT NULL,                                  -- the token's sub
  client_id  TEXT NOT NULL,                                  -- the token's client; no foreign key, because the row outlives the client
  action     TEXT NOT NULL,                                  -- connection.refresh_secret, …
  subject    TEXT NOT NULL,                                  -- connection/<id>, …
  request_id TEXT NOT NULL,
  fields     TEXT NOT NULL CHECK (json_valid(fields)),       -- ["redirect_uri"]
  hash       TEXT CHECK (length(hash) = 43)                  -- over the row before and this one (src/mithril/audit/chain.rs); NULL in rows that were sealed by segments
) STRICT;
CREATE INDEX audit_by_subject ON audit (subject);

-- An access review: what gave a right when it was taken. It is of one scope, role or access group, or of everything. Once
-- it is closed it never changes (src/reviews).
CREATE TABLE reviews (
  id              TEXT PRIMARY KEY,
  name            TEXT NOT NULL,
  scope           TEXT,
  role_id         TEXT,                                      -- no foreign keys: a review outlives what it is of
  access_group_id TEXT,
  total           INTEGER NOT NULL DEFAULT 0 CONSTRAINT gate_review_size CHECK (total <= 10000),   -- of its items
  inserted_at     TEXT NOT NULL,
  inserted_by     TEXT NOT NULL,                             -- the token's sub
  closed_at       TEXT,
  closed_by       TEXT,
  audit_head      TEXT CHECK (json_valid(audit_head)),       -- the end of the audit's sealed chain when it was closed
  version         INTEGER NOT NULL DEFAULT 1
) STRICT;
CREATE INDEX reviews_by_creation ON reviews (inserted_at, id);

-- The items of a review. An item's id names its record (src/reviews/snapshot.rs).
CREATE TABLE review_items (
  review_id  TEXT NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
  id         TEXT NOT NULL,
  path       TEXT NOT NULL CHECK (json_valid(path)),         -- the right, as it was
  decision   TEXT CHECK (decision IN ('keep', 'revoke', 'gone')),   -- NULL: undecided
  note       TEXT NOT NULL DEFAULT '',
  decided_at TEXT,
  decided_by TEXT,
  version    INTEGER NOT NULL DEFAULT 1,
  PRIMARY KEY (review_id, id)
) STRICT, WITHOUT ROWID;

-- The changes made under idempotency keys, for a day: everything that their answers are made of. Written in the change's batch.
CREATE TABLE idempotency_keys (
  id          TEXT PRIMARY KEY CHECK (length(id) = 43),          -- SHA-256 of caller and key
  fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 43),    -- SHA-256 of the request
  facts       TEXT CHECK (json_valid(facts)),                    -- what the change was decided on, read before it
  outcome     TEXT CHECK (json_valid(outcome)),                  -- the record that it made
  secret      TEXT,                                              -- the secret that the answer shows once, sealed
  key_exp     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX idempotency_keys_by_end ON idempotency_keys (key_exp);

-- Always empty. A change's batch begins with an insert into it of the word that refuses the caller, if there is one. The
-- constraint of that word fails, SQLite names it, and the batch is rolled back (docs/decisions/0014-one-guard.md).
CREATE TABLE refusals (
  word TEXT NOT NULL,
  CONSTRAINT gate_revoked CHECK (word <> 'revoked'),
  CONSTRAINT gate_foreign CHECK (word <> 'foreign'),
  CONSTRAINT gate_api_key_required CHECK (word <> 'api_key_required'),
  CONSTRAINT gate_api_key_invalid CHECK (word <> 'api_key_invalid'),
  CONSTRAINT gate_broker_settings CHECK (word <> 'broker_settings'),
  CONSTRAINT gate_broker_scope CHECK (word <> 'broker_scope'),
  CONSTRAINT gate_access_type CHECK (word <> 'access_type'),
  CONSTRAINT gate_other_consumer CHECK (word <> 'other_consumer'),
  CONSTRAINT gate_redirect_uri_shared CHECK (word <> 'redirect_uri_shared'),
  CONSTRAINT gate_credentials CHECK (word <> 'credentials'),
  CONSTRAINT gate_delegation CHECK (word <> 'delegation'),
  CONSTRAINT gate_unproved CHECK (word <> 'unproved'),
  CONSTRAINT gate_unproved_public CHECK (word <> 'unproved_public'),
  CONSTRAINT gate_grant_type CHECK (word <> 'grant_type'),
  CONSTRAINT gate_no_administration CHECK (word <> 'no_administration'),
  CONSTRAINT gate_no_record CHECK (word <> 'no_record'),
  CONSTRAINT gate_unknown_role CHECK (word <> 'unknown_role'),
  CONSTRAINT gate_unknown_group CHECK (word <> 'unknown_group'),
  CONSTRAINT gate_review_size CHECK (word <> 'review_size'),
  CONSTRAINT gate_review_closed CHECK (word <> 'review_closed'),
  CONSTRAINT gate_review_undecided CHECK (word <> 'review_undecided'),
  CONSTRAINT gate_by_type CHECK (word <> 'by_type'),
  CONSTRAINT gate_unknown CHECK (0)
) STRICT;

-- Always empty. An insert into it fails and so ends a batch whose If-Match or If-None-Match does not hold
-- (src/request/conditions.rs).
CREATE TABLE preconditions (
  failed INTEGER NOT NULL CONSTRAINT precondition CHECK (failed = 0)
) STRICT;

-- The audit in segments of about a thousand rows. An archive (R2) takes their rows over, the oldest first: `database`, then
-- `both`, then `archive`.
CREATE TABLE audit_segments (
  first_seq INTEGER PRIMARY KEY,
  last_seq  INTEGER NOT NULL,
  hash      TEXT NOT NULL CHECK (length(hash) = 43),           -- the chain's hash at last_seq
  place     TEXT NOT NULL DEFAULT 'database' CHECK (place IN ('database', 'both', 'archive')),   -- where its rows are
  first_at  TEXT,                                              -- of its rows; NULL until they are copied
  last_at   TEXT,
  summary   TEXT                                               -- which actors, clients, actions and subjects it may hold; NULL until copied
) STRICT;
CREATE INDEX audit_segments_by_place ON audit_segments (place, first_seq);

-- The last sealed row of the audit, in at most one row. Sealing compares this row and sets it in one step.
CREATE TABLE audit_head (
  id   INTEGER PRIMARY KEY CHECK (id = 1),
  seq  INTEGER NOT NULL,
  hash TEXT NOT NULL CHECK (length(hash) = 43)
) STRICT;

-- The number of rows of a table. A list shows it on every page, and counting would read every row. A table without a
-- row here is counted.
CREATE TABLE totals (
  table_name TEXT PRIMARY KEY,
  total      INTEGER NOT NULL
) STRICT;
CREATE TRIGGER clients_added AFTER INSERT ON clients BEGIN
  UPDATE totals SET total = total + 1 WHERE table_name = 'clients';
  INSERT INTO totals SELECT 'clients', (SELECT count(*) FROM clients)
    WHERE NOT EXISTS (SELECT 1 FROM totals WHERE table_name = 'clients');
END;
CREATE TRIGGER clients_removed AFTER DELETE ON clients BEGIN
  UPDATE totals SET total = total - 1 WHERE table_name = 'clients';
END;
CREATE TRIGGER roles_added AFTER INSERT ON roles BEGIN
  UPDATE totals SET total = total + 1 WHERE table_name = 'roles';
  INSERT INTO totals SELECT 'roles', (SELECT count(*) FROM roles)
    WHERE NOT EXISTS (SELECT 1 FROM totals WHERE table_name = 'roles');
END;
CREATE TRIGGER roles_removed AFTER DELETE ON roles BEGIN
  UPDATE totals SET total = total - 1 WHERE table_name = 'roles';
END;
CREATE TRIGGER access_groups_added AFTER INSERT ON access_groups BEGIN
  UPDATE totals SET total = total + 1 WHERE table_name = 'access_groups';
  INSERT INTO totals SELECT 'access_groups', (SELECT count(*) FROM access_groups)
    WHERE NOT EXISTS (SELECT 1 FROM totals WHERE table_name = 'access_groups');
END;
CREATE TRIGGER access_groups_removed AFTER DELETE ON access_groups BEGIN
  UPDATE totals SET total = total - 1 WHERE table_name = 'access_groups';
END;
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

-- How many answers were refusals, for the console's overview. An isolate adds what it counted in a minute that is over; the
-- cron deletes what is older than two hours.
CREATE TABLE refusal_counts (
  status INTEGER NOT NULL,                                    -- of the answers, from 400
  minute INTEGER NOT NULL,                                    -- since 1970
  total  INTEGER NOT NULL,
  PRIMARY KEY (status, minute)
) STRICT, WITHOUT ROWID;

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
