-- Always empty. A change's batch begins with an insert into it of the word that refuses the caller, if there is one. The
-- constraint of that word fails, SQLite names it, and the batch is rolled back (docs/decisions/0014-one-guard.md).
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
  CONSTRAINT gate_unknown CHECK (0)
) STRICT;
