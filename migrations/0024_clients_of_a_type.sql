-- The clients of one type, in the order of their creation.
DROP INDEX clients_by_client_type;
CREATE INDEX clients_by_client_type ON clients (client_type_id, inserted_at, id);
