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

-- Words for reviews. The table is always empty, so it is simply made anew; a Worker of before does not know the new words and goes on.
DROP TABLE refusals;
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
