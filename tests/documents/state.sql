-- What every example finds. Ids and values are those that the documents print, where they print one.
INSERT INTO client_types (id, name, scope, context, inserted_at, updated_at) VALUES
  ('type-msp',      'MSP',           'connection:read connection:write connection:refresh_secret connection:delete client:read secret:refresh person:read app:read_pis app:delete_pis user:read capitation_contracts:view capitation_contracts:create', 'own', '2024-01-01T08:00:00Z', '2024-01-01T08:00:00Z'),
  ('type-pharmacy', 'PHARMACY',      'connection:read connection:write connection:refresh_secret connection:delete client:read secret:refresh', 'own', '2024-01-02T08:00:00Z', '2024-01-02T08:00:00Z'),
  ('type-mis',      'MIS',           'connection:read connection:write connection:refresh_secret connection:delete role:read', 'own', '2024-01-03T08:00:00Z', '2024-01-03T08:00:00Z'),
  ('type-pis',      'TRUSTED_PIS',   'person:read app:authorize', 'own', '2024-01-04T08:00:00Z', '2024-01-04T08:00:00Z'),
  ('type-nhs',      'NHS',           'connection:read connection:write connection:refresh_secret connection:delete client:read', 'any', '2024-01-05T08:00:00Z', '2024-01-05T08:00:00Z'),
  ('type-admin',    'MITHRIL ADMIN', 'role:read role:write role:delete client:read client:write user:read AccessManager:Read AccessManager:Create AccessManager:Update AccessManager:Delete AccessUser:Read', 'any', '2024-01-06T08:00:00Z', '2024-01-06T08:00:00Z');

INSERT INTO clients (id, name, user_id, client_type_id, is_blocked, block_reason, inserted_at, updated_at) VALUES
  ('1380df72-275a-11e7-93ae-92361f002671', 'Clinic',         'user-1380df72-275a-11e7-93ae-92361f002671', 'type-msp',      0, NULL,                   '2017-04-20T19:14:13Z', '2017-04-20T19:14:13Z'),
  ('c4a6d45f-2cf2-4e6d-909a-5962604ad63b', 'Аптека 199',     'user-1380df72-275a-11e7-93ae-92361f002671', 'type-pharmacy', 0, NULL,                   '2017-04-21T19:14:13Z', '2017-04-21T19:14:13Z'),
  ('25c03af6-69bd-439e-b0dd-f1669b3dbbfd', 'MIS',            NULL,                                        'type-mis',      0, NULL,                   '2017-04-22T19:14:13Z', '2017-04-22T19:14:13Z'),
  ('d290f1ee-6c54-4b01-90e6-d701748f0851', 'eHealth portal', 'user-1380df72-275a-11e7-93ae-92361f002671', 'type-msp',      0, NULL,                   '2017-04-23T19:14:13Z', '2017-04-23T19:14:13Z'),
  ('3580df72-275a-11e7-93ae-92361f002673', 'Blocked clinic', NULL,                                        'type-msp',      1, 'MSP has fakes doctors', '2017-04-24T19:14:13Z', '2017-04-24T19:14:13Z'),
  ('7f1d3c52-0c2b-4a3e-9d7a-5b8c6e4f2a10', 'Patients app',   NULL,                                        'type-pis',      0, NULL,                   '2017-04-25T19:14:13Z', '2017-04-25T19:14:13Z'),
  ('0a6d5a0e-9b1f-4f6e-8a55-0d7d7a5f0b01', 'Administration', NULL,                                        'type-admin',    0, NULL,                   '2017-04-26T19:14:13Z', '2017-04-26T19:14:13Z');

-- What a MIS may do for a client of access type BROKER. The portal acts for itself.
UPDATE clients SET priv_settings = '{"access_type":"BROKER","broker_scope":"connection:read connection:write connection:refresh_secret connection:delete"}'
  WHERE id = '25c03af6-69bd-439e-b0dd-f1669b3dbbfd';
UPDATE clients SET priv_settings = '{"access_type":"DIRECT"}' WHERE id = 'd290f1ee-6c54-4b01-90e6-d701748f0851';

INSERT INTO connections (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at) VALUES
  ('e5372365-d47a-467f-81d0-f35117864352', '1380df72-275a-11e7-93ae-92361f002671', '25c03af6-69bd-439e-b0dd-f1669b3dbbfd', 'https://example2.com',       '2017-04-20T19:14:13Z', '2017-04-20T19:14:13Z'),
  ('e5372365-d47a-467f-81d0-f35117864353', '1380df72-275a-11e7-93ae-92361f002671', '1380df72-275a-11e7-93ae-92361f002671', 'https://clinic.example/own', '2017-04-21T19:14:13Z', '2017-04-21T19:14:13Z'),
  ('df9f70ee-4b12-4740-b0f5-bb5aea116863', 'c4a6d45f-2cf2-4e6d-909a-5962604ad63b', '25c03af6-69bd-439e-b0dd-f1669b3dbbfd', 'https://example2.com',       '2017-04-20T19:14:13Z', '2017-04-20T19:14:13Z'),
  ('8a1c2b3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d', 'd290f1ee-6c54-4b01-90e6-d701748f0851', 'd290f1ee-6c54-4b01-90e6-d701748f0851', 'https://example.com/',       '2017-04-22T19:14:13Z', '2017-04-22T19:14:13Z'),
  ('b7e2d1c0-5f4e-4d3c-9b2a-1f0e9d8c7b6a', '25c03af6-69bd-439e-b0dd-f1669b3dbbfd', '25c03af6-69bd-439e-b0dd-f1669b3dbbfd', 'https://mis.example/cb',     '2017-04-23T19:14:13Z', '2017-04-23T19:14:13Z'),
  ('c8f3e2d1-6a5b-4c4d-8e3f-2a1b0c9d8e7f', '7f1d3c52-0c2b-4a3e-9d7a-5b8c6e4f2a10', '7f1d3c52-0c2b-4a3e-9d7a-5b8c6e4f2a10', 'https://pis.example/cb',     '2017-04-24T19:14:13Z', '2017-04-24T19:14:13Z');

INSERT INTO roles (id, name, scope, external_id, type, role_key, inserted_at, updated_at) VALUES
  ('role-1380df72-275a-11e7-93ae-92361f002671', 'Doctor',          'notebooks:read notebooks:create patients:read',           '',       'Role',       '',               '2017-04-20T19:14:13Z', '2017-04-20T19:14:13Z'),
  ('role-portal',                               'CONTRACT OWNER',  'capitation_contracts:view capitation_contracts:create',   '',       'Role',       '',               '2017-04-21T19:14:13Z', '2017-04-21T19:14:13Z'),
  ('role-owner',                                'OWNER',           'connection:read connection:write person:read user:read app:read_pis app:delete_pis', '', 'Role', '',     '2017-04-22T19:14:13Z', '2017-04-22T19:14:13Z'),
  ('32E61509-0071-4001-BE32-9E9D0DB255CB',      'Bob Normal',      'AccessUser:Read',                                         'REG-01', 'AccessRole', 'REGISTRY_CLERK', '2024-04-01T08:00:00Z', '2024-04-01T08:00:00Z'),
  ('7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11',      'Chief physician', 'AccessUser:Read',                                         'MED-01', 'AccessRole', 'PHYSICIAN',      '2024-04-02T08:00:00Z', '2024-04-02T08:00:00Z');

INSERT INTO user_roles (id, user_id, role_id, client_id, inserted_at) VALUES
  ('e0000000-0000-4000-8000-000000000001', '3ff33ced-69dc-415a-b231-c6446898335a', 'role-portal', 'd290f1ee-6c54-4b01-90e6-d701748f0851', '2024-05-01T08:00:00Z'),
  ('e0000000-0000-4000-8000-000000000002', '3ff33ced-69dc-415a-b231-c6446898335a', 'role-owner',  '1380df72-275a-11e7-93ae-92361f002671', '2024-05-02T08:00:00Z'),
  ('e0000000-0000-4000-8000-000000000003', '3ff33ced-69dc-415a-b231-c6446898335a', 'role-owner',  'd290f1ee-6c54-4b01-90e6-d701748f0851', '2024-05-03T08:00:00Z');

-- GROUP-A and GROUP-B share an ExternalId. GROUP-S is a system group. The last name needs base64| in a path.
INSERT INTO access_groups (id, name, external_id, is_active, is_system, created_on, modified_on) VALUES
  ('3AD64AB3-BD04-46C5-B1D7-C0B34BE9E5B5', 'Registry',        'SHARED', 1, 0, '2024-05-01T08:00:00Z', '2024-05-01T08:00:00Z'),
  ('5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42', 'Physicians',      'SHARED', 1, 0, '2024-05-02T08:00:00Z', '2024-05-02T08:00:00Z'),
  ('9A41E6D7-2C58-4F03-B7A9-16D8E05C3B74', 'Administrators',  'SYSTEM', 1, 1, '2024-05-03T08:00:00Z', '2024-05-03T08:00:00Z'),
  ('D15C7A98-03F2-4B6E-A8D7-E4F90B2C5A16', 'name@domain.com', 'MAIL',   0, 0, '2024-05-04T08:00:00Z', '2024-05-04T08:00:00Z');

INSERT INTO endpoint_users (id, name, username, email, external_id, creation_date, last_login, is_active) VALUES
  (41,  'Ann',          'ann@example.com', 'ann@example.com', 'u-1',    '2026-01-02T03:04:05Z', '1900-01-01T12:00:00Z', 1),
  (101, 'Taras Melnyk', 'taras',           'taras@clinic.example', 'user-1', '2024-04-02T08:00:00Z', '2024-10-01T07:55:00Z', 1);

INSERT INTO access_group_users (access_group_id, user_id, created_on) VALUES
  ('3AD64AB3-BD04-46C5-B1D7-C0B34BE9E5B5', 101, '2024-06-01T08:00:00Z');

INSERT INTO permissions (id, access_group_id, role_id, permission_id, is_active, created_on) VALUES
  (4711, '3AD64AB3-BD04-46C5-B1D7-C0B34BE9E5B5', '32E61509-0071-4001-BE32-9E9D0DB255CB', 'Create', 1, '2024-10-22T08:00:00Z'),
  (4712, '3AD64AB3-BD04-46C5-B1D7-C0B34BE9E5B5', '32E61509-0071-4001-BE32-9E9D0DB255CB', 'Delete', 0, '2024-10-22T08:00:01Z'),
  (4713, '3AD64AB3-BD04-46C5-B1D7-C0B34BE9E5B5', '7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11', 'Read',   1, '2024-10-22T08:00:02Z'),
  (4714, '5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42', '7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11', 'Read',   1, '2024-10-22T08:00:03Z'),
  (4715, '9A41E6D7-2C58-4F03-B7A9-16D8E05C3B74', '7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11', 'Read',   1, '2024-10-22T08:00:04Z'),
  (4716, 'D15C7A98-03F2-4B6E-A8D7-E4F90B2C5A16', '32E61509-0071-4001-BE32-9E9D0DB255CB', 'Read',   1, '2024-10-22T08:00:05Z');
