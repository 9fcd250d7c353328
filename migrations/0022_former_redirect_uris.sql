-- The redirect URIs that a connection had before, so that a mistaken change can be taken back.
ALTER TABLE connections ADD COLUMN former_redirect_uris TEXT CHECK (json_valid(former_redirect_uris));
