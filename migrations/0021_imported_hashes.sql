-- Secrets that were imported as another service's hash. The first use replaces the hash by our digest.
ALTER TABLE connection_secrets ADD COLUMN imported_hash TEXT CHECK (length(imported_hash) <= 255);
CREATE INDEX connection_secrets_imported ON connection_secrets (connection_id) WHERE imported_hash IS NOT NULL;
