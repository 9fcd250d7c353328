-- How many rows a table has, which a list of all of them says on every page: counting them would read them all. A table
-- without a row here is counted.
CREATE TABLE totals (
  table_name TEXT PRIMARY KEY,
  total      INTEGER NOT NULL
) STRICT;
CREATE TRIGGER clients_added AFTER INSERT ON clients BEGIN
  UPDATE totals SET total = total + 1 WHERE table_name = 'clients';
  INSERT INTO totals SELECT 'clients', (SELECT count(*) FROM clients)
    WHERE NOT EXISTS (SELECT 1 FROM totals WHERE table_name = 'clients');
END;
CREATE TRIGGER clients_removed AFTER DELETE ON clients BEGIN
  UPDATE totals SET total = total - 1 WHERE table_name = 'clients';
END;
CREATE TRIGGER roles_added AFTER INSERT ON roles BEGIN
  UPDATE totals SET total = total + 1 WHERE table_name = 'roles';
  INSERT INTO totals SELECT 'roles', (SELECT count(*) FROM roles)
    WHERE NOT EXISTS (SELECT 1 FROM totals WHERE table_name = 'roles');
END;
CREATE TRIGGER roles_removed AFTER DELETE ON roles BEGIN
  UPDATE totals SET total = total - 1 WHERE table_name = 'roles';
END;
CREATE TRIGGER access_groups_added AFTER INSERT ON access_groups BEGIN
  UPDATE totals SET total = total + 1 WHERE table_name = 'access_groups';
  INSERT INTO totals SELECT 'access_groups', (SELECT count(*) FROM access_groups)
    WHERE NOT EXISTS (SELECT 1 FROM totals WHERE table_name = 'access_groups');
END;
CREATE TRIGGER access_groups_removed AFTER DELETE ON access_groups BEGIN
  UPDATE totals SET total = total - 1 WHERE table_name = 'access_groups';
END;
