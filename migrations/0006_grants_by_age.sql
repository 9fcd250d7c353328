-- For the limit of live grants of one connection: the oldest come first.
CREATE INDEX grants_by_age ON grants (connection_id, grant_iat, id);
