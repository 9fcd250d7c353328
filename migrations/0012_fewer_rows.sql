-- Fewer rows are written for each change.
--
-- The audit is made anew without AUTOINCREMENT and with one index. Its rows are copied, so the database needs room for
-- them once more (docs/operating.md). One file is one transaction: when it fails, nothing has changed.
DROP INDEX audit_by_time;
DROP INDEX audit_by_actor;
DROP INDEX audit_by_client;
DROP INDEX audit_by_action;
DROP INDEX audit_by_subject;
ALTER TABLE audit RENAME TO audit_before;

CREATE TABLE audit (
  seq        INTEGER PRIMARY KEY,
  at         TEXT NOT NULL,
  actor      TEXT NOT NULL,
  client_id  TEXT NOT NULL,
  action     TEXT NOT NULL,
  subject    TEXT NOT NULL,
  request_id TEXT NOT NULL,
  fields     TEXT NOT NULL CHECK (json_valid(fields)),
  hash       TEXT CHECK (length(hash) = 43)
) STRICT;
INSERT INTO audit SELECT * FROM audit_before;
DROP TABLE audit_before;
CREATE INDEX audit_by_subject ON audit (subject);

-- The secrets of a connection are the start of their own key. The table has no other row to look up.
DROP INDEX connection_secrets_by_connection;
DROP INDEX connection_secrets_by_end;
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
  PRIMARY KEY (connection_id, created_at, id)
) STRICT, WITHOUT ROWID;
INSERT INTO connection_secrets SELECT * FROM connection_secrets_before;
DROP TABLE connection_secrets_before;
CREATE INDEX connection_secrets_by_end ON connection_secrets (expires_at) WHERE expires_at IS NOT NULL;

-- A list of one kind of roles is in the order of roles_by_type.
DROP INDEX roles_by_creation;

-- The rows of these tables are found by their key, which is now the table itself and no index beside it.
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

DROP INDEX revoked_tokens_by_end;
ALTER TABLE revoked_tokens RENAME TO revoked_tokens_before;
CREATE TABLE revoked_tokens (
  jti       TEXT PRIMARY KEY,
  token_exp INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO revoked_tokens SELECT * FROM revoked_tokens_before;
DROP TABLE revoked_tokens_before;
CREATE INDEX revoked_tokens_by_end ON revoked_tokens (token_exp);

DROP INDEX used_assertions_by_end;
ALTER TABLE used_assertions RENAME TO used_assertions_before;
CREATE TABLE used_assertions (
  digest        TEXT PRIMARY KEY,
  assertion_exp INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO used_assertions SELECT * FROM used_assertions_before;
DROP TABLE used_assertions_before;
CREATE INDEX used_assertions_by_end ON used_assertions (assertion_exp);

DROP INDEX idempotency_keys_by_end;
ALTER TABLE idempotency_keys RENAME TO idempotency_keys_before;
CREATE TABLE idempotency_keys (
  id          TEXT PRIMARY KEY CHECK (length(id) = 43),
  fingerprint TEXT NOT NULL CHECK (length(fingerprint) = 43),
  facts       TEXT CHECK (json_valid(facts)),
  outcome     TEXT CHECK (json_valid(outcome)),
  secret      TEXT,
  key_exp     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO idempotency_keys SELECT * FROM idempotency_keys_before;
DROP TABLE idempotency_keys_before;
CREATE INDEX idempotency_keys_by_end ON idempotency_keys (key_exp);
