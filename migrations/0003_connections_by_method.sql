-- A client that a token request names is asked for its connections without a secret, and for those with keys; most have
-- neither, and a client may have very many.
CREATE INDEX connections_public ON connections (client_id) WHERE token_endpoint_auth_method = 'none';
CREATE INDEX connections_with_keys ON connections (client_id) WHERE token_endpoint_auth_method = 'private_key_jwt';
