-- Words for a client that may not use the grant it asks for, and for a database without an administration. The table is always
-- empty, so it is simply made anew; a Worker of before does not know the new words and goes on.
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
  CONSTRAINT gate_unknown CHECK (0)
) STRICT;
