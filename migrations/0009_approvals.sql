-- Approvals: what a user lets a client do (docs/decisions/0007-silent-documents.md). Codes and grants name theirs.
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
ALTER TABLE grants ADD COLUMN approval_id TEXT;
ALTER TABLE authorization_codes ADD COLUMN approval_id TEXT;

-- An approval for what users have approved until now, so that they can see it and take it back.
INSERT INTO approvals (id, user_id, client_id, scope, created_at, updated_at)
SELECT lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-8'
    || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))),
  given.user_id, link.client_id, '',
  strftime('%Y-%m-%dT%H:%M:%SZ', MIN(given.grant_iat), 'unixepoch'),
  strftime('%Y-%m-%dT%H:%M:%SZ', MAX(given.grant_iat), 'unixepoch')
FROM grants given JOIN connections link ON link.id = given.connection_id
WHERE given.user_id IS NOT NULL GROUP BY given.user_id, link.client_id;
UPDATE grants SET approval_id = (SELECT approvals.id FROM approvals
    JOIN connections link ON link.id = grants.connection_id AND link.client_id = approvals.client_id
    WHERE approvals.user_id = grants.user_id)
  WHERE user_id IS NOT NULL;
-- Each scope once. A tab keeps the vendor's pair together.
UPDATE approvals SET scope = (SELECT replace(group_concat(name, ' '), char(9), ' ') FROM (
  SELECT DISTINCT word.value AS name FROM connections link JOIN grants given ON given.connection_id = link.id,
    json_each('[' || replace(json_quote(
      replace(given.scope, ':Create, Update', ':Create,' || char(9) || 'Update')), ' ', '","') || ']') word
  WHERE link.client_id = approvals.client_id AND given.user_id = approvals.user_id));
