-- Deleted clients whose tokens of trusted issuers are still refused. The row goes when the client is made anew, and the new
-- client then refuses the same tokens.
CREATE TABLE deleted_clients (
  id                 TEXT PRIMARY KEY,
  is_blocked         INTEGER NOT NULL CHECK (is_blocked IN (0, 1)),   -- 1: every token is refused, and the row stays
  tokens_valid_after INTEGER NOT NULL,                                -- a token with iat at or before this is dead
  kept_exp           INTEGER                                          -- no token can live longer; NULL: blocked
) STRICT;
CREATE INDEX deleted_clients_by_end ON deleted_clients (kept_exp) WHERE kept_exp IS NOT NULL;
CREATE TRIGGER clients_anew AFTER INSERT ON clients BEGIN
  UPDATE clients SET tokens_valid_after = MAX(COALESCE(tokens_valid_after, 0),
      (SELECT tokens_valid_after FROM deleted_clients WHERE id = NEW.id))
    WHERE id = NEW.id AND EXISTS (SELECT 1 FROM deleted_clients WHERE id = NEW.id);
  DELETE FROM deleted_clients WHERE id = NEW.id;
END;
