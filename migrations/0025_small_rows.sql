-- A client takes less room: see docs/decisions/0025-small-rows.md.
--
-- Connections get a number, by which their grants know them, and two
-- indexes in the place of three. Their secrets and codes
-- are copied too, because a table that is dropped takes with it the rows that refer to it. So the database needs room for
-- these tables once more (docs/operating.md). One file is one transaction: when it fails, nothing has changed.
DROP INDEX connections_by_creation;
DROP INDEX connections_by_consumer;
DROP INDEX connections_public;
DROP INDEX connections_with_keys;
ALTER TABLE connections RENAME TO connections_before;

CREATE TABLE connections (
  number             INTEGER PRIMARY KEY,
  id                 TEXT NOT NULL UNIQUE,
  client_id          TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  consumer_id        TEXT NOT NULL REFERENCES clients (id) ON DELETE CASCADE,
  redirect_uri       TEXT NOT NULL CHECK (length(redirect_uri) BETWEEN 9 AND 2048),
  token_endpoint_auth_method TEXT NOT NULL DEFAULT 'client_secret_basic'
                     CHECK (token_endpoint_auth_method IN ('client_secret_basic', 'private_key_jwt', 'none')),
  jwks               TEXT CHECK (json_valid(jwks)),
  tokens_valid_after INTEGER,
  inserted_at        TEXT NOT NULL,
  updated_at         TEXT NOT NULL,
  version            INTEGER NOT NULL DEFAULT 1,
  former_redirect_uris TEXT CHECK (json_valid(former_redirect_uris)),
  own_grants         INTEGER NOT NULL DEFAULT 0,
  UNIQUE (consumer_id, client_id)
) STRICT;
INSERT INTO connections (id, client_id, consumer_id, redirect_uri, token_endpoint_auth_method, jwks, tokens_valid_after,
    inserted_at, updated_at, version, former_redirect_uris, own_grants)
  SELECT id, client_id, consumer_id, redirect_uri, token_endpoint_auth_method, jwks, tokens_valid_after, inserted_at,
    updated_at, version, former_redirect_uris,
    COALESCE((SELECT total FROM grant_totals WHERE connection_id = connections_before.id), 0)
  FROM connections_before ORDER BY inserted_at, id;
CREATE INDEX connections_by_client ON connections (client_id);
CREATE INDEX connections_public ON connections (client_id) WHERE token_endpoint_auth_method = 'none';
CREATE INDEX connections_with_keys ON connections (client_id) WHERE token_endpoint_auth_method = 'private_key_jwt';

DROP INDEX connection_secrets_by_end;
DROP INDEX connection_secrets_imported;
ALTER TABLE connection_secrets RENAME TO connection_secrets_before;
CREATE TABLE connection_secrets (
  id             TEXT NOT NULL,
  connection_id  TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  digest         TEXT NOT NULL UNIQUE CHECK (length(digest) = 43),
  pepper_version INTEGER NOT NULL,
  hint           TEXT NOT NULL CHECK (length(hint) = 4),
  created_at     TEXT NOT NULL,
  expires_at     TEXT,
  last_used_at   TEXT,
  imported_hash  TEXT CHECK (length(imported_hash) <= 255),
  PRIMARY KEY (connection_id, digest)
) STRICT, WITHOUT ROWID;
INSERT INTO connection_secrets SELECT * FROM connection_secrets_before;
DROP TABLE connection_secrets_before;
CREATE INDEX connection_secrets_by_end ON connection_secrets (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX connection_secrets_imported ON connection_secrets (connection_id) WHERE imported_hash IS NOT NULL;

DROP INDEX authorization_codes_by_connection;
DROP INDEX authorization_codes_by_end;
ALTER TABLE authorization_codes RENAME TO authorization_codes_before;
CREATE TABLE authorization_codes (
  digest         TEXT PRIMARY KEY,
  connection_id  TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  user_id        TEXT NOT NULL,
  scope          TEXT NOT NULL,
  redirect_uri   TEXT NOT NULL,
  code_challenge TEXT,
  grant_id       TEXT,
  code_iat       INTEGER NOT NULL,
  code_exp       INTEGER NOT NULL,
  approval_id    TEXT
) STRICT, WITHOUT ROWID;
INSERT INTO authorization_codes SELECT * FROM authorization_codes_before;
DROP TABLE authorization_codes_before;
CREATE INDEX authorization_codes_by_connection ON authorization_codes (connection_id);
CREATE INDEX authorization_codes_by_end ON authorization_codes (code_exp);

CREATE TABLE refresh_grants (
  id                TEXT PRIMARY KEY,
  connection_number INTEGER NOT NULL REFERENCES connections (number) ON DELETE CASCADE,
  user_id           TEXT,
  scope             TEXT NOT NULL,
  digest            TEXT NOT NULL,
  previous          TEXT,
  retry_exp         INTEGER,
  grant_iat         INTEGER NOT NULL,
  grant_exp         INTEGER NOT NULL,
  approval_id       TEXT,
  is_spare          INTEGER NOT NULL AS (user_id IS NULL AND previous IS NULL)
) STRICT, WITHOUT ROWID;
INSERT INTO refresh_grants (id, connection_number, user_id, scope, digest, previous, retry_exp, grant_iat, grant_exp, approval_id)
  SELECT held.id, link.number, held.user_id, held.scope, held.digest, held.previous, held.retry_exp, held.grant_iat,
    held.grant_exp, held.approval_id
  FROM grants held JOIN connections link ON link.id = held.connection_id;
DROP TABLE grants;
DROP TABLE grant_totals;
DROP TABLE connections_before;
CREATE INDEX refresh_grants_by_connection ON refresh_grants (connection_number, is_spare, grant_iat);
CREATE INDEX refresh_grants_by_end ON refresh_grants (grant_exp);
CREATE TRIGGER refresh_grants_added AFTER INSERT ON refresh_grants WHEN NEW.user_id IS NULL BEGIN
  UPDATE connections SET own_grants = own_grants + 1 WHERE number = NEW.connection_number;
END;
CREATE TRIGGER refresh_grants_removed AFTER DELETE ON refresh_grants WHEN OLD.user_id IS NULL BEGIN
  UPDATE connections SET own_grants = own_grants - 1 WHERE number = OLD.connection_number;
END;

-- For the Worker of the release before, until it is replaced. changes() does not count what happens to a view, so that Worker would
-- write no audit row when a user's grant begins or a grant is ended, and the triggers write it.
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
      AND NOT (OLD.is_spare = 1 AND OLD.grant_iat <= unixepoch() - 86400);
END;
CREATE VIEW grant_totals AS SELECT id AS connection_id, own_grants AS total FROM connections;
