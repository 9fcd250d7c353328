-- A new grant of a client for itself takes the place of an old one that was never used.
DROP INDEX grants_by_connection;
DROP INDEX grants_by_end;
DROP INDEX grants_by_age;
ALTER TABLE grants RENAME TO grants_before;

CREATE TABLE grants (
  id            TEXT PRIMARY KEY,
  connection_id TEXT NOT NULL REFERENCES connections (id) ON DELETE CASCADE,
  user_id       TEXT,
  scope         TEXT NOT NULL,
  digest        TEXT NOT NULL,
  previous      TEXT,
  retry_exp     INTEGER,
  grant_iat     INTEGER NOT NULL,
  grant_exp     INTEGER NOT NULL,
  approval_id   TEXT,
  is_spare      INTEGER NOT NULL AS (user_id IS NULL AND previous IS NULL)
) STRICT, WITHOUT ROWID;
INSERT INTO grants (id, connection_id, user_id, scope, digest, previous, retry_exp, grant_iat, grant_exp, approval_id)
  SELECT id, connection_id, user_id, scope, digest, previous, retry_exp, grant_iat, grant_exp, approval_id
  FROM grants_before;
DROP TABLE grants_before;
CREATE INDEX grants_by_connection ON grants (connection_id, is_spare, grant_iat);
CREATE INDEX grants_by_end ON grants (grant_exp);

CREATE TABLE grant_totals (
  connection_id TEXT PRIMARY KEY REFERENCES connections (id) ON DELETE CASCADE,
  total         INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO grant_totals SELECT connection_id, count(*) FROM grants WHERE user_id IS NULL GROUP BY connection_id;
CREATE TRIGGER grants_added AFTER INSERT ON grants WHEN NEW.user_id IS NULL BEGIN
  INSERT INTO grant_totals (connection_id, total) VALUES (NEW.connection_id, 1)
    ON CONFLICT (connection_id) DO UPDATE SET total = total + 1;
END;
CREATE TRIGGER grants_removed AFTER DELETE ON grants WHEN OLD.user_id IS NULL BEGIN
  UPDATE grant_totals SET total = total - 1 WHERE connection_id = OLD.connection_id;
END;
