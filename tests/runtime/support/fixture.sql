-- Small and speaking: what the runtime tests act on. Ids are the documents' where they give one.
INSERT INTO client_types (id, name, scope, context, inserted_at, updated_at) VALUES
  ('type-msp',   'MSP',           'connection:read connection:write connection:refresh_secret connection:delete', 'own', '2024-01-01T08:00:00Z', '2024-01-01T08:00:00Z'),
  ('type-mis',   'MIS',           'connection:read connection:write connection:refresh_secret connection:delete role:read', 'own', '2024-01-02T08:00:00Z', '2024-01-02T08:00:00Z'),
  ('type-admin', 'MITHRIL ADMIN', 'role:read role:write client:read', 'any', '2024-01-03T08:00:00Z', '2024-01-03T08:00:00Z');

INSERT INTO clients (id, name, client_type_id, is_blocked, block_reason, inserted_at, updated_at) VALUES
  ('1380df72-275a-11e7-93ae-92361f002671', 'Clinic',         'type-msp',   0, NULL,                   '2024-02-01T08:00:00Z', '2024-02-01T08:00:00Z'),
  ('2480df72-275a-11e7-93ae-92361f002672', 'Other clinic',   'type-msp',   0, NULL,                   '2024-02-02T08:00:00Z', '2024-02-02T08:00:00Z'),
  ('3580df72-275a-11e7-93ae-92361f002673', 'Blocked clinic', 'type-msp',   1, 'MSP has fakes doctors', '2024-02-03T08:00:00Z', '2024-02-03T08:00:00Z'),
  ('25c03af6-69bd-439e-b0dd-f1669b3dbbfd', 'MIS',            'type-mis',   0, NULL,                   '2024-02-04T08:00:00Z', '2024-02-04T08:00:00Z'),
  ('0a6d5a0e-9b1f-4f6e-8a55-0d7d7a5f0b01', 'Administration', 'type-admin', 0, NULL,                   '2024-02-05T08:00:00Z', '2024-02-05T08:00:00Z');

-- The clinics have the access type BROKER, so the MIS gets for them what its broker_scope allows.
UPDATE clients SET priv_settings = '{"access_type":"BROKER","broker_scope":"connection:read connection:write connection:refresh_secret connection:delete"}'
  WHERE id = '25c03af6-69bd-439e-b0dd-f1669b3dbbfd';

INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at) VALUES
  ('e5372365-d47a-467f-81d0-f35117864352', '1380df72-275a-11e7-93ae-92361f002671', '25c03af6-69bd-439e-b0dd-f1669b3dbbfd', 'https://clinic.example/callback',  '2024-03-01T08:00:00Z', '2024-03-01T08:00:00Z'),
  ('e5372365-d47a-467f-81d0-f35117864353', '1380df72-275a-11e7-93ae-92361f002671', '1380df72-275a-11e7-93ae-92361f002671', 'https://clinic.example/own',       '2024-03-02T08:00:00Z', '2024-03-02T08:00:00Z'),
  ('e5372365-d47a-467f-81d0-f35117864354', '2480df72-275a-11e7-93ae-92361f002672', '25c03af6-69bd-439e-b0dd-f1669b3dbbfd', 'https://other.example/callback',   '2024-03-03T08:00:00Z', '2024-03-03T08:00:00Z'),
  ('e5372365-d47a-467f-81d0-f35117864355', '3580df72-275a-11e7-93ae-92361f002673', '25c03af6-69bd-439e-b0dd-f1669b3dbbfd', 'https://blocked.example/callback', '2024-03-04T08:00:00Z', '2024-03-04T08:00:00Z');

INSERT INTO connection_secrets (id, connection_id, digest, pepper_version, hint, created_at) VALUES
  ('secret-1', 'e5372365-d47a-467f-81d0-f35117864352', 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA', 1, 'Zz09', '2024-03-01T08:00:00Z');

INSERT INTO roles (id, name, scope, external_id, type, inserted_at, updated_at) VALUES
  ('role-1380df72-275a-11e7-93ae-92361f002671', 'Doctor',         'notebooks:read notebooks:create patients:read', '',       'Role',       '2017-04-20T19:14:13Z', '2017-04-20T19:14:13Z'),
  ('32E61509-0071-4001-BE32-9E9D0DB255CB',      'Registry clerk', 'AccessUser:Read',                               'REG-01', 'AccessRole', '2024-04-01T08:00:00Z', '2024-04-01T08:00:00Z'),
  ('7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11',      'Physician',      'AccessUser:Read',                               'MED-01', 'AccessRole', '2024-04-02T08:00:00Z', '2024-04-02T08:00:00Z');

-- GROUP-A and GROUP-B share an ExternalId; GROUP-S is a system group; the last name needs base64| in a path.
INSERT INTO access_groups (id, name, external_id, is_active, is_system, created_on, modified_on) VALUES
  ('GROUP-A', 'Registry',        'SHARED', 1, 0, '2024-05-01T08:00:00Z', '2024-05-01T08:00:00Z'),
  ('GROUP-B', 'Physicians',      'SHARED', 1, 0, '2024-05-02T08:00:00Z', '2024-05-02T08:00:00Z'),
  ('GROUP-S', 'Administrators',  'SYSTEM', 1, 1, '2024-05-03T08:00:00Z', '2024-05-03T08:00:00Z'),
  ('GROUP-N', 'name@domain.com', 'MAIL',   0, 0, '2024-05-04T08:00:00Z', '2024-05-04T08:00:00Z');

INSERT INTO endpoint_users (id, name, username, email, external_id, creation_date, is_active) VALUES
  (7, 'Olena Bondar',  'olena', 'olena@clinic.example', 'user-1', '2024-04-01T08:00:00Z', 1),
  (8, 'Taras Melnyk',  'taras', 'taras@clinic.example', 'user-8', '2024-04-02T08:00:00Z', 1),
  (9, 'Former worker', 'gone',  'gone@clinic.example',  '',       '2024-04-03T08:00:00Z', 0);

INSERT INTO access_group_users (access_group_id, user_id, created_on) VALUES
  ('GROUP-A', 7, '2024-06-01T08:00:00Z'),
  ('GROUP-A', 9, '2024-06-02T08:00:00Z'),
  ('GROUP-B', 7, '2024-06-03T08:00:00Z'),
  ('GROUP-N', 7, '2024-06-04T08:00:00Z');

INSERT INTO permissions (id, access_group_id, role_id, permission_id, is_active, created_on) VALUES
  (4711, 'GROUP-A', '32E61509-0071-4001-BE32-9E9D0DB255CB', 'Create', 1, '2024-10-22T08:00:00Z'),
  (4712, 'GROUP-A', '32E61509-0071-4001-BE32-9E9D0DB255CB', 'Delete', 0, '2024-10-22T08:00:01Z'),
  (4713, 'GROUP-A', '7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11', 'Read',   1, '2024-10-22T08:00:02Z'),
  (4714, 'GROUP-B', '7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11', 'Read',   1, '2024-10-22T08:00:03Z'),
  (4715, 'GROUP-S', '7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11', 'Read',   1, '2024-10-22T08:00:04Z'),
  (4716, 'GROUP-N', '32E61509-0071-4001-BE32-9E9D0DB255CB', 'Read',   1, '2024-10-22T08:00:05Z');
