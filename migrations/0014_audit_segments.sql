-- The audit in segments: one row here for many rows of the audit. Their hashes are not written to each row any more, and
-- an archive (R2) takes them over.
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
