-- Sample data for local use. Names and scopes are those of the documents; addresses end in .example.
-- `npm start` loads it once, when it makes the local database. It is safe to load again. It holds no secrets.

-- A client type of context 'any' may act for every client, one of context 'own' only for itself.
INSERT OR IGNORE INTO client_types
  (id, name, scope, context, inserted_at, updated_at)
VALUES
  ('1c178b9d-e361-551a-a088-2dfd1c2612fc', 'MSP', 'client:read declaration:read declaration_request:approve declaration_request:read declaration_request:reject declaration_request:sign declaration_request:write division:activate division:deactivate division:details division:read division:write drugs:read employee:deactivate employee:details employee:read employee:write employee_request:approve employee_request:read employee_request:reject employee_request:write legal_entity:read medication_dispense:read medication_request:details medication_request:read medication_request:reject medication_request:resend medication_request_request:read medication_request_request:reject medication_request_request:sign medication_request_request:write otp:read otp:write person:read reimbursement_report:read secret:refresh connection:read connection:write connection:refresh_secret connection:delete', 'own', '2024-01-01T08:00:00Z', '2024-01-01T08:00:00Z'),
  ('a510ec77-a6f0-50d9-addf-2d0df4be77b7', 'PHARMACY', 'client:read declaration:read declaration_request:approve declaration_request:read declaration_request:reject declaration_request:sign declaration_request:write division:activate division:deactivate division:details division:read division:write employee:deactivate employee:details employee:read employee:write employee_request:approve employee_request:read employee_request:reject employee_request:write legal_entity:read medical_program:deactivate medical_program:read medical_program:write medication_dispense:process medication_dispense:read medication_dispense:reject medication_dispense:write medication_request:details otp:read otp:write reimbursement_report:read secret:refresh connection:read connection:write connection:refresh_secret connection:delete', 'own', '2024-01-02T08:00:00Z', '2024-01-02T08:00:00Z'),
  ('3cbfa66b-d4ec-5830-9c92-a27d40a869fc', 'MSP_PHARMACY', 'client:read declaration:read declaration_request:approve declaration_request:read declaration_request:reject declaration_request:sign declaration_request:write division:activate division:deactivate division:details division:read division:write drugs:read employee:deactivate employee:details employee:read employee:write employee_request:approve employee_request:read employee_request:reject employee_request:write legal_entity:read medication_dispense:read medication_request:details medication_request:read medication_request:reject medication_request:resend medication_request_request:read medication_request_request:reject medication_request_request:sign medication_request_request:write otp:read otp:write person:read reimbursement_report:read secret:refresh connection:read connection:write connection:refresh_secret connection:delete medical_program:deactivate medical_program:read medical_program:write medication_dispense:process medication_dispense:reject medication_dispense:write', 'own', '2024-01-03T08:00:00Z', '2024-01-03T08:00:00Z'),
  ('a5d02d85-82dc-52ca-b2f7-b5713156fc15', 'MIS', 'legal_entity:read legal_entity:write legal_entity:mis_verify role:read event:read connection:read connection:write connection:refresh_secret connection:delete', 'own', '2024-01-04T08:00:00Z', '2024-01-04T08:00:00Z'),
  ('b133f4df-12ab-5299-abb0-5128fc386c43', 'NHS ADMIN', 'bl_user:deactivate bl_user:read bl_user:write declaration:approve declaration:read declaration:reject declaration:write declaration_documents:read declaration_request:read declaration_request:write dictionary:write employee:deactivate employee:read employee:write employee_request:read employee_request:write global_parameters:read global_parameters:write innm:read innm:write innm_dosage:deactivate innm_dosage:read innm_dosage:write legal_entity:deactivate legal_entity:nhs_verify legal_entity:read medical_program:deactivate medical_program:read medical_program:write medication:deactivate medication:read medication:write medication_dispense:read medication_dispense:reject medication_request:details medication_request:read party_user:read person:reset_authentication_method program_medication:read program_medication:write user:approve_factor user:request_factor reimbursement_report:download declaration:terminate register:write register:read register_entry:read person:read', 'any', '2024-01-05T08:00:00Z', '2024-01-05T08:00:00Z'),
  ('b1a987c7-e358-5944-87f1-4eec671489da', 'NHS', 'bl_user:deactivate bl_user:read bl_user:write declaration:approve declaration:read declaration:reject declaration:write declaration_documents:read declaration_request:read declaration_request:write dictionary:write employee:deactivate employee:read employee:write employee_request:read employee_request:write global_parameters:read global_parameters:write innm:read innm:write innm_dosage:deactivate innm_dosage:read innm_dosage:write legal_entity:deactivate legal_entity:nhs_verify legal_entity:read medical_program:deactivate medical_program:read medical_program:write medication:deactivate medication:read medication:write medication_dispense:read medication_dispense:reject medication_request:details medication_request:read party_user:read person:reset_authentication_method program_medication:read program_medication:write user:approve_factor user:request_factor reimbursement_report:download declaration:terminate register:write register:read register_entry:read person:read', 'any', '2024-01-06T08:00:00Z', '2024-01-06T08:00:00Z'),
  ('d910ff48-d4c0-5391-86e4-639c381a28d3', 'MITHRIL ADMIN', 'app:delete app:read app:write client:delete client:read client:write client_type:delete client_type:read client_type:write role:delete role:read role:write token:delete token:read token:write user:delete user:read user:write user:block user:unblock authentication_factor:write authentication_factor:read user:request_factor user:approve_factor', 'any', '2024-01-07T08:00:00Z', '2024-01-07T08:00:00Z'),
  ('6175ff52-5eb8-5bfe-aa00-db88ab542f1b', 'UADDRESSES ADMIN', 'address:write address:read user:request_factor user:approve_factor', 'own', '2024-01-08T08:00:00Z', '2024-01-08T08:00:00Z'),
  ('9f9d2ca4-a38d-5694-9970-06dfc4b49751', 'Auth_FE', 'app:authorize employee_request:approve employee_request:reject user:request_factor user:approve_factor', 'own', '2024-01-09T08:00:00Z', '2024-01-09T08:00:00Z'),
  ('f46c5c7b-81cd-54ec-91b4-ceca61dff01e', 'CABINET', 'cabinet:read employee_request:approve employee_request:reject user:request_factor user:approve_factor user:change_password app:authorize declaration_request:write declaration_request:read declaration_request:terminate declaration:read person:read', 'any', '2024-01-10T08:00:00Z', '2024-01-10T08:00:00Z'),
  ('06c08c35-a5f6-5931-b08f-8ba64acc66bb', 'TRUSTED_PIS', 'app:authorize cabinet:read declaration:read declaration_request:read declaration_request:write person:read medication_request:read user:request_factor user:approve_factor', 'own', '2024-01-11T08:00:00Z', '2024-01-11T08:00:00Z');

-- Legal entities, the two medical information systems that work for them, and the two administrations.
INSERT OR IGNORE INTO clients
  (id, name, user_id, client_type_id, is_blocked, block_reason, settings, priv_settings, inserted_at, updated_at)
VALUES
  ('1380df72-275a-11e7-93ae-92361f002671', 'КНП «Центр первинної медико-санітарної допомоги № 1» м. Києва', 'user-1380df72-275a-11e7-93ae-92361f002671', '1c178b9d-e361-551a-a088-2dfd1c2612fc', 0, NULL, '{"allowed_grant_types":["authorization_code","refresh_token","client_credentials"]}', '{"access_type":"BROKER"}', '2024-02-01T09:30:00Z', '2024-02-01T09:30:00Z'),
  ('5709711e-98f9-5fa6-b73b-4e9921a0491d', 'КНП «Львівська міська клінічна лікарня № 4»', 'user-7c3a7320-a9fa-5c81-857b-3d767c4b2190', '1c178b9d-e361-551a-a088-2dfd1c2612fc', 0, NULL, '{"allowed_grant_types":["authorization_code","refresh_token","client_credentials"]}', '{"access_type":"BROKER"}', '2024-02-02T09:30:00Z', '2024-02-02T09:30:00Z'),
  ('a1a26867-6ee2-592b-b988-ec7d75a97eed', 'ТОВ «Медичний центр Добробут-Поліклініка»', 'user-1f987b92-b726-5ca1-8c53-ce1c06d572e5', '1c178b9d-e361-551a-a088-2dfd1c2612fc', 0, NULL, '{"allowed_grant_types":["authorization_code","refresh_token","client_credentials"]}', '{"access_type":"BROKER"}', '2024-02-03T09:30:00Z', '2024-02-03T09:30:00Z'),
  ('7093de7b-9389-58c5-8952-d77752ea4a14', 'ФОП Бондаренко Олена Петрівна, сімейна лікарня', 'user-16bc124c-5f14-54b5-8df8-79bf14cee7a1', '1c178b9d-e361-551a-a088-2dfd1c2612fc', 1, 'Ліцензію на медичну практику анульовано', '{"allowed_grant_types":["authorization_code","refresh_token","client_credentials"]}', '{"access_type":"BROKER"}', '2024-02-04T09:30:00Z', '2024-02-04T09:30:00Z'),
  ('0b3d71eb-bd44-5a43-8687-64843c81d544', 'Аптека 199', 'user-232f4533-26c9-5601-995b-a75350ae93cd', 'a510ec77-a6f0-50d9-addf-2d0df4be77b7', 0, NULL, '{"allowed_grant_types":["authorization_code","refresh_token","client_credentials"]}', '{"access_type":"BROKER"}', '2024-02-05T09:30:00Z', '2024-02-05T09:30:00Z'),
  ('1c80d28d-45b6-5e0c-b27a-beac070d3aa5', 'ТОВ «Подорожник Дніпро»', 'user-d327f26a-63ad-5843-a142-675f2ef304cc', 'a510ec77-a6f0-50d9-addf-2d0df4be77b7', 0, NULL, '{"allowed_grant_types":["authorization_code","refresh_token","client_credentials"]}', '{"access_type":"BROKER"}', '2024-02-06T09:30:00Z', '2024-02-06T09:30:00Z'),
  ('c6eb5157-cc85-5a21-8133-85971773166c', 'КП «Муніципальна аптека» Харківської міської ради', 'user-3bf252ef-cfbe-5c6e-9540-083889e6768d', 'a510ec77-a6f0-50d9-addf-2d0df4be77b7', 0, NULL, '{"allowed_grant_types":["authorization_code","refresh_token","client_credentials"]}', '{"access_type":"BROKER"}', '2024-02-07T09:30:00Z', '2024-02-07T09:30:00Z'),
  ('ca2bcfcb-2e69-5e66-bb95-2999f6c656d9', 'КНП «Обласна клінічна лікарня» з аптечним пунктом', 'user-4589894d-f669-50fe-9e9c-c1a6861fcb61', '3cbfa66b-d4ec-5830-9c92-a27d40a869fc', 0, NULL, '{"allowed_grant_types":["authorization_code","refresh_token","client_credentials"]}', '{"access_type":"BROKER"}', '2024-02-08T09:30:00Z', '2024-02-08T09:30:00Z'),
  ('16aff65a-be98-59e4-a1ac-bcdfb30e54ba', 'МІС «Здоров’я онлайн»', 'user-ece62ec7-1158-5476-ab7d-1a6ba5ed9d64', 'a5d02d85-82dc-52ca-b2f7-b5713156fc15', 0, NULL, '{"allowed_grant_types":["authorization_code","refresh_token","client_credentials"]}', '{"access_type":"DIRECT","broker_scope":"legal_entity:read declaration:read declaration_request:write employee:read employee_request:write person:read medication_request:read medication_dispense:read connection:read connection:write connection:refresh_secret connection:delete"}', '2024-02-09T09:30:00Z', '2024-02-09T09:30:00Z'),
  ('1ba1c847-1713-544f-a794-c9d4328f37f4', 'MedSystem Ukraine', 'user-9db8f420-5d27-59b4-98c9-02ed8c907af9', 'a5d02d85-82dc-52ca-b2f7-b5713156fc15', 0, NULL, '{"allowed_grant_types":["authorization_code","refresh_token","client_credentials"]}', '{"access_type":"DIRECT","broker_scope":"legal_entity:read declaration:read declaration_request:write employee:read employee_request:write person:read medication_request:read medication_dispense:read connection:read connection:write connection:refresh_secret connection:delete"}', '2024-02-10T09:30:00Z', '2024-02-10T09:30:00Z'),
  ('c9b67451-3c04-5f08-8b4c-d28919b2bea3', 'Національна служба здоров’я України', 'user-b21d0872-76b3-5851-b3eb-2a883dccfb0a', 'b133f4df-12ab-5299-abb0-5128fc386c43', 0, NULL, '{"allowed_grant_types":["authorization_code","refresh_token","client_credentials"]}', '{"access_type":"DIRECT"}', '2024-02-11T09:30:00Z', '2024-02-11T09:30:00Z'),
  ('0a6d5a0e-9b1f-4f6e-8a55-0d7d7a5f0b01', 'Mithril administration', 'user-8c90a46e-0b2d-5f7a-82e4-bccb6268a6e0', 'd910ff48-d4c0-5391-86e4-639c381a28d3', 0, NULL, '{"allowed_grant_types":["authorization_code","refresh_token","client_credentials"]}', '{"access_type":"DIRECT"}', '2024-02-12T09:30:00Z', '2024-02-12T09:30:00Z'),
  ('f3b6f0a9-7c1d-5c55-9d2e-6a0d6c1f7b02', 'Аптека 198, зачинена', NULL, 'a510ec77-a6f0-50d9-addf-2d0df4be77b7', 0, NULL, '{}', '{"access_type":"BROKER"}', '2024-02-13T09:30:00Z', '2024-02-13T09:30:00Z');

-- client_id owns the connection; consumer_id uses it. They have no secrets yet: refresh_secret makes the first.
INSERT OR IGNORE INTO connections
  (id, client_id, consumer_id, redirect_uri, inserted_at, updated_at)
VALUES
  ('e5372365-d47a-467f-81d0-f35117864352', '1380df72-275a-11e7-93ae-92361f002671', '16aff65a-be98-59e4-a1ac-bcdfb30e54ba', 'https://cpmsd1.kyiv.zdorovya-online.example/oauth/callback', '2024-03-02T08:07:00Z', '2024-03-02T08:07:00Z'),
  ('7b3ae58d-e026-5db5-802c-d3ee6ab4d771', '1380df72-275a-11e7-93ae-92361f002671', '1ba1c847-1713-544f-a794-c9d4328f37f4', 'https://login.medsystem.example/cpmsd1.kyiv/return', '2024-03-03T08:14:00Z', '2024-03-03T08:14:00Z'),
  ('44c3386c-3963-51e7-9ede-b5b514b6ae3b', '5709711e-98f9-5fa6-b73b-4e9921a0491d', '16aff65a-be98-59e4-a1ac-bcdfb30e54ba', 'https://mkl4.lviv.zdorovya-online.example/oauth/callback', '2024-03-04T08:21:00Z', '2024-03-04T08:21:00Z'),
  ('9f3b072b-77d3-5e93-b142-df68ffab85cb', '5709711e-98f9-5fa6-b73b-4e9921a0491d', '1ba1c847-1713-544f-a794-c9d4328f37f4', 'https://login.medsystem.example/mkl4.lviv/return', '2024-03-05T08:28:00Z', '2024-03-05T08:28:00Z'),
  ('68b96bec-fdbb-5a71-8fb6-6f3092687c2d', 'a1a26867-6ee2-592b-b988-ec7d75a97eed', '16aff65a-be98-59e4-a1ac-bcdfb30e54ba', 'https://dobrobut.zdorovya-online.example/oauth/callback', '2024-03-06T08:35:00Z', '2024-03-06T08:35:00Z'),
  ('ea1a6f29-a963-5e90-a262-67a5d452a263', 'a1a26867-6ee2-592b-b988-ec7d75a97eed', '1ba1c847-1713-544f-a794-c9d4328f37f4', 'https://login.medsystem.example/dobrobut/return', '2024-03-07T08:42:00Z', '2024-03-07T08:42:00Z'),
  ('c2e7976e-b5ce-5520-87da-f1b5da50f478', '7093de7b-9389-58c5-8952-d77752ea4a14', '16aff65a-be98-59e4-a1ac-bcdfb30e54ba', 'https://bondarenko.zdorovya-online.example/oauth/callback', '2024-03-08T08:49:00Z', '2024-03-08T08:49:00Z'),
  ('e5cff00a-b0cd-5621-b679-95f0587cc757', '7093de7b-9389-58c5-8952-d77752ea4a14', '1ba1c847-1713-544f-a794-c9d4328f37f4', 'https://login.medsystem.example/bondarenko/return', '2024-03-09T08:56:00Z', '2024-03-09T08:56:00Z'),
  ('730e5f36-e33f-5bcb-ac1a-9ab6ed185ec2', '0b3d71eb-bd44-5a43-8687-64843c81d544', '16aff65a-be98-59e4-a1ac-bcdfb30e54ba', 'https://apteka199.zdorovya-online.example/oauth/callback', '2024-03-10T08:03:00Z', '2024-03-10T08:03:00Z'),
  ('af88fa45-0e2b-51a6-b2f1-d0556a98dedd', '0b3d71eb-bd44-5a43-8687-64843c81d544', '1ba1c847-1713-544f-a794-c9d4328f37f4', 'https://login.medsystem.example/apteka199/return', '2024-03-11T08:10:00Z', '2024-03-11T08:10:00Z'),
  ('f047dec0-6326-55ea-870b-902b4aa61e33', '1c80d28d-45b6-5e0c-b27a-beac070d3aa5', '16aff65a-be98-59e4-a1ac-bcdfb30e54ba', 'https://podorozhnyk.zdorovya-online.example/oauth/callback', '2024-03-12T08:17:00Z', '2024-03-12T08:17:00Z'),
  ('2ac1f387-1242-5edd-8a0e-773c2a714488', '1c80d28d-45b6-5e0c-b27a-beac070d3aa5', '1ba1c847-1713-544f-a794-c9d4328f37f4', 'https://login.medsystem.example/podorozhnyk/return', '2024-03-13T08:24:00Z', '2024-03-13T08:24:00Z'),
  ('e13fd986-4eb8-5452-91fd-4168fd72c6e3', 'c6eb5157-cc85-5a21-8133-85971773166c', '16aff65a-be98-59e4-a1ac-bcdfb30e54ba', 'https://munapteka.kharkiv.zdorovya-online.example/oauth/callback', '2024-03-14T08:31:00Z', '2024-03-14T08:31:00Z'),
  ('ea83459a-aadb-5f4c-9f31-0b19d744eb00', 'c6eb5157-cc85-5a21-8133-85971773166c', '1ba1c847-1713-544f-a794-c9d4328f37f4', 'https://login.medsystem.example/munapteka.kharkiv/return', '2024-03-15T08:38:00Z', '2024-03-15T08:38:00Z'),
  ('4a4c9f2e-3807-5ac5-896a-ca1d7b135689', 'ca2bcfcb-2e69-5e66-bb95-2999f6c656d9', '16aff65a-be98-59e4-a1ac-bcdfb30e54ba', 'https://okl.zdorovya-online.example/oauth/callback', '2024-03-16T08:45:00Z', '2024-03-16T08:45:00Z'),
  ('a49d28cf-8b5a-5dcb-a738-36324c32971c', 'ca2bcfcb-2e69-5e66-bb95-2999f6c656d9', '1ba1c847-1713-544f-a794-c9d4328f37f4', 'https://login.medsystem.example/okl/return', '2024-03-17T08:52:00Z', '2024-03-17T08:52:00Z'),
  ('d837d268-73ff-57ea-b997-87997c24ff17', '16aff65a-be98-59e4-a1ac-bcdfb30e54ba', '16aff65a-be98-59e4-a1ac-bcdfb30e54ba', 'https://zdorovya-online.example/oauth/callback', '2024-03-18T08:59:00Z', '2024-03-18T08:59:00Z'),
  ('618043db-d317-5b6f-97d2-307c4b8f42c1', '1ba1c847-1713-544f-a794-c9d4328f37f4', '1ba1c847-1713-544f-a794-c9d4328f37f4', 'https://login.medsystem.example/return', '2024-03-19T08:06:00Z', '2024-03-19T08:06:00Z'),
  ('7d22cfa1-860f-5aed-b450-8a611657064b', '1380df72-275a-11e7-93ae-92361f002671', '1380df72-275a-11e7-93ae-92361f002671', 'https://cabinet.cpmsd1.example/login', '2024-03-20T08:13:00Z', '2024-03-20T08:13:00Z'),
  ('7a47f84c-d945-5ed8-a046-f0f2311d29ce', 'c9b67451-3c04-5f08-8b4c-d28919b2bea3', 'c9b67451-3c04-5f08-8b4c-d28919b2bea3', 'https://portal.nhs-admin.example/auth', '2024-03-21T08:20:00Z', '2024-03-21T08:20:00Z');

-- Mithril's roles. The first is the one in the documents.
INSERT OR IGNORE INTO roles
  (id, name, scope, external_id, type, inserted_at, updated_at)
VALUES
  ('role-1380df72-275a-11e7-93ae-92361f002671', 'Doctor', 'notebooks:read notebooks:create patients:read', '', 'Role', '2017-04-20T19:14:13Z', '2017-04-20T19:14:13Z'),
  ('06e38969-739d-5f2f-b248-f2aa3402ac75', 'ADMIN', 'division:details division:read employee:read employee_request:approve employee_request:reject legal_entity:read declaration_request:write declaration_request:approve declaration_request:reject declaration_request:read declaration:read otp:read otp:write person:read declaration_request:sign', '', 'Role', '2024-01-01T12:00:00Z', '2024-01-01T12:00:00Z'),
  ('6eeb0bd1-c20d-5ff3-8942-e34b72e05198', 'DOCTOR', 'declaration:read declaration_request:approve declaration_request:read declaration_request:sign declaration_request:write division:read employee:read employee_request:approve employee_request:reject legal_entity:read otp:read otp:write person:read employee_request:read', '', 'Role', '2024-01-02T12:00:00Z', '2024-01-02T12:00:00Z'),
  ('f670343e-806f-549f-b960-4de56b226f0b', 'HR', 'legal_entity:read employee_request:read employee_request:write employee_request:approve employee_request:reject employee:read employee:write employee:details employee:deactivate division:write division:read division:details division:activate division:deactivate', '', 'Role', '2024-01-03T12:00:00Z', '2024-01-03T12:00:00Z'),
  ('5d3eca7b-2d83-5997-9b3d-4fd1338ac744', 'MIS USER', 'legal_entity:read legal_entity:write legal_entity:mis_verify role:read user:request_factor user:approve_factor event:read connection:read connection:write connection:refresh_secret connection:delete', '', 'Role', '2024-01-04T12:00:00Z', '2024-01-04T12:00:00Z'),
  ('1cb8f0eb-8e3d-5724-8cb9-af633a8b5302', 'MITHRIL ADMIN', 'app:read app:write app:delete token:read token:write token:delete user:read user:write user:delete role:read role:write role:delete client_type:read client_type:write client_type:delete client:read client:write client:delete user:block user:unblock user:request_factor user:approve_factor authentication_factor:write authentication_factor:read', '', 'Role', '2024-01-05T12:00:00Z', '2024-01-05T12:00:00Z'),
  ('1e81f282-fe92-52e6-90ff-58496e3649a0', 'NHS ADMIN', 'bl_user:deactivate bl_user:read bl_user:write declaration:approve employee:read employee_request:read employee_request:write innm:read innm:write innm_dosage:deactivate innm_dosage:read innm_dosage:write legal_entity:deactivate legal_entity:nhs_verify legal_entity:read medical_program:deactivate medical_program:read medical_program:write medication:deactivate medication:read medication:write medication_dispense:read medication_dispense:reject medication_request:details medication_request:read party_user:read person:reset_authentication_method program_medication:read program_medication:write user:approve_factor user:request_factor reimbursement_report:download declaration_documents:read declaration:reject declaration:terminate register:write register:read register_entry:read person:read global_parameters:read global_parameters:write', '', 'Role', '2024-01-06T12:00:00Z', '2024-01-06T12:00:00Z'),
  ('bb3591a3-a966-5ebe-adde-6dc0b1ba292c', 'NHS_ADMIN_ADMIN', 'global_parameters:read global_parameters:write dictionary:write user:request_factor user:approve_factor', '', 'Role', '2024-01-07T12:00:00Z', '2024-01-07T12:00:00Z'),
  ('1810853c-df67-5585-90f6-afac357d8df1', 'NHS ADMIN MANAGE', 'legal_entity:read user:request_factor user:approve_factor', '', 'Role', '2024-01-08T12:00:00Z', '2024-01-08T12:00:00Z'),
  ('7b770a27-e442-5555-ad06-3bca95ea0e91', 'NHS ADMIN SUPPORT', 'legal_entity:read declaration:read employee:read user:request_factor user:approve_factor', '', 'Role', '2024-01-09T12:00:00Z', '2024-01-09T12:00:00Z'),
  ('dec5538d-01e0-5af3-9d7f-993b17e8ec10', 'NHS ADMIN VERIFIER', 'declaration:read employee:read legal_entity:read legal_entity:nhs_verify legal_entity:deactivate declaration:approve user:request_factor user:approve_factor', '', 'Role', '2024-01-10T12:00:00Z', '2024-01-10T12:00:00Z'),
  ('0ab5fae3-f4c9-54e0-9286-005d05e2a7e6', 'NHS ADMIN SIGNER', 'contract_request:create contract_request:update contract_request:read contract_request:sign contract_request:terminate contract:read employee:read contract:terminate', '', 'Role', '2024-01-11T12:00:00Z', '2024-01-11T12:00:00Z'),
  ('61247f8c-0bc6-5fa2-a0e4-e5fd30f26036', 'OWNER', 'client:read declaration:read declaration_request:approve declaration_request:read declaration_request:reject declaration_request:write division:activate division:deactivate division:details division:read division:write employee:deactivate employee:details employee:read employee:write employee_request:approve employee_request:read employee_request:reject employee_request:write legal_entity:read otp:read otp:write person:read reimbursement_report:read secret:refresh connection:read connection:write connection:refresh_secret connection:delete', '', 'Role', '2024-01-12T12:00:00Z', '2024-01-12T12:00:00Z'),
  ('625ee311-a339-5535-8357-8acb43d37732', 'PHARMACIST', 'declaration:read division:read employee:read employee_request:approve employee_request:read employee_request:reject legal_entity:read medication_dispense:process medication_dispense:read medication_dispense:reject medication_dispense:write medication_request:details', '', 'Role', '2024-01-13T12:00:00Z', '2024-01-13T12:00:00Z'),
  ('6cd8f663-c7ba-57c2-b808-319a4033e4df', 'PHARMACY_OWNER', 'client:read declaration:read division:activate division:deactivate division:details division:read division:write employee:deactivate employee:details employee:read employee:write employee_request:approve employee_request:read employee_request:reject employee_request:write legal_entity:read otp:read otp:write reimbursement_report:read secret:refresh medication_request:details connection:read connection:write connection:refresh_secret connection:delete', '', 'Role', '2024-01-14T12:00:00Z', '2024-01-14T12:00:00Z'),
  ('205f6676-54c5-5389-a95d-239057f8c746', 'UADDRESSES ADMIN', 'address:read address:write user:request_factor user:approve_factor', '', 'Role', '2024-01-15T12:00:00Z', '2024-01-15T12:00:00Z'),
  ('60bec17c-cf6e-5f29-ac26-c538f70f0c3a', 'CABINET', 'cabinet:read employee_request:approve employee_request:reject user:request_factor user:approve_factor user:change_password app:authorize declaration_request:write declaration_request:read declaration_request:terminate declaration:read person:read', '', 'Role', '2024-01-16T12:00:00Z', '2024-01-16T12:00:00Z');

-- Roles of users. The clinic's owner is a doctor there and an administrator everywhere.
INSERT OR IGNORE INTO user_roles
  (id, user_id, role_id, client_id, inserted_at)
VALUES
  ('c1f9a1f8-53a1-5b0e-8b0a-0f5c3c5d7a01', 'user-1380df72-275a-11e7-93ae-92361f002671', '6eeb0bd1-c20d-5ff3-8942-e34b72e05198', '1380df72-275a-11e7-93ae-92361f002671', '2024-04-10T08:00:00Z'),
  ('c1f9a1f8-53a1-5b0e-8b0a-0f5c3c5d7a02', 'user-1380df72-275a-11e7-93ae-92361f002671', '06e38969-739d-5f2f-b248-f2aa3402ac75', NULL, '2024-04-11T08:00:00Z');

-- Access roles: permissions of access groups refer to them.
INSERT OR IGNORE INTO roles
  (id, name, scope, external_id, type, inserted_at, updated_at, role_key)
VALUES
  ('32E61509-0071-4001-BE32-9E9D0DB255CB', 'Registry clerk', 'AccessUser:Read', 'REG-01', 'AccessRole', '2024-04-01T08:00:00Z', '2024-04-01T08:00:00Z', 'REGISTRY_CLERK'),
  ('7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11', 'Chief physician', 'AccessUser:Read AccessUser:Update', 'MED-01', 'AccessRole', '2024-04-02T08:00:00Z', '2024-04-02T08:00:00Z', 'CHIEF_PHYSICIAN'),
  ('C2F1A7B4-93D8-4A63-8B1E-2F7E5D9A4410', 'Pharmacy manager', 'AccessUser:Read', 'PHA-01', 'AccessRole', '2024-04-03T08:00:00Z', '2024-04-03T08:00:00Z', 'PHARMACY_MANAGER'),
  ('E94D5B30-1C6F-4D27-A5F0-8C3B7E6D2219', 'Access manager', 'AccessManager:Read AccessManager:Create AccessManager:Update AccessManager:Delete', 'SYS-01', 'AccessRole', '2024-04-04T08:00:00Z', '2024-04-04T08:00:00Z', 'ACCESS_MANAGER'),
  ('A7D3C2B1-4E5F-4A6B-9C8D-7E6F5A4B3C21', 'Visitor', '', 'VIS-01', 'AccessRole', '2024-04-05T08:00:00Z', '2024-04-05T08:00:00Z', 'VISITOR');

-- The first is a system group. The two KYIV ones share an ExternalId, so looking up by it is ambiguous.
INSERT OR IGNORE INTO access_groups
  (id, name, external_id, description, is_active, is_system, is_login_group, access_group_type_id, created_on, modified_on)
VALUES
  ('3AD64AB3-BD04-46C5-B1D7-C0B34BE9E5B5', 'System administrators', 'SYS', 'Ships with the system; nobody may change it', 1, 1, 0, 'FullAccess', '2024-05-01T10:00:00Z', '2024-05-01T10:00:00Z'),
  ('5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42', 'Kyiv registry', 'KYIV', 'Registry desks of the capital', 1, 0, 1, 'Locations', '2024-05-02T10:00:00Z', '2024-05-02T10:00:00Z'),
  ('9A41E6D7-2C58-4F03-B7A9-16D8E05C3B74', 'Kyiv physicians', 'KYIV', 'Shares its ExternalId with Kyiv registry, as imports do', 1, 0, 0, 'Departments', '2024-05-03T10:00:00Z', '2024-05-03T10:00:00Z'),
  ('B83D0F25-6E19-4C7A-95E4-7D2A1F8C6B90', 'Аптеки Дніпра / Dnipro', 'DNIPRO', 'A name that only base64| brings into a path', 1, 0, 0, 'Locations', '2024-05-04T10:00:00Z', '2024-05-04T10:00:00Z'),
  ('D15C7A98-03F2-4B6E-A8D7-E4F90B2C5A16', 'support@klinika.example', 'HELPDESK', 'Second-line support', 0, 0, 1, 'FullAccess', '2024-05-05T10:00:00Z', '2024-05-05T10:00:00Z');

-- Some groups have several permissions for one role, so SubName=AccessRoleId matches several; in others it matches one.
INSERT OR IGNORE INTO permissions
  (id, access_group_id, role_id, permission_id, is_active, created_on)
VALUES
  (4701, '3AD64AB3-BD04-46C5-B1D7-C0B34BE9E5B5', 'E94D5B30-1C6F-4D27-A5F0-8C3B7E6D2219', 'Generic', 1, '2024-06-01T08:00:00Z'),
  (4702, '5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42', '32E61509-0071-4001-BE32-9E9D0DB255CB', 'Create', 1, '2024-06-02T08:00:00Z'),
  (4703, '5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42', '32E61509-0071-4001-BE32-9E9D0DB255CB', 'Read', 1, '2024-06-03T08:00:00Z'),
  (4704, '5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42', '32E61509-0071-4001-BE32-9E9D0DB255CB', 'Update', 1, '2024-06-04T08:00:00Z'),
  (4705, '5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42', '32E61509-0071-4001-BE32-9E9D0DB255CB', 'Delete', 1, '2024-06-05T08:00:00Z'),
  (4706, '5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42', '7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11', 'Read', 1, '2024-06-06T08:00:00Z'),
  (4707, '9A41E6D7-2C58-4F03-B7A9-16D8E05C3B74', '7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11', 'Read', 1, '2024-06-07T08:00:00Z'),
  (4708, '9A41E6D7-2C58-4F03-B7A9-16D8E05C3B74', '7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11', 'Details', 1, '2024-06-08T08:00:00Z'),
  (4709, '9A41E6D7-2C58-4F03-B7A9-16D8E05C3B74', '7B0C4D62-5A0E-4E0B-9C57-6A4D0F3D1C11', 'Export', 1, '2024-06-09T08:00:00Z'),
  (4710, '9A41E6D7-2C58-4F03-B7A9-16D8E05C3B74', '32E61509-0071-4001-BE32-9E9D0DB255CB', 'Read', 1, '2024-06-10T08:00:00Z'),
  (4711, 'B83D0F25-6E19-4C7A-95E4-7D2A1F8C6B90', 'C2F1A7B4-93D8-4A63-8B1E-2F7E5D9A4410', 'Read', 1, '2024-06-11T08:00:00Z'),
  (4712, 'B83D0F25-6E19-4C7A-95E4-7D2A1F8C6B90', 'C2F1A7B4-93D8-4A63-8B1E-2F7E5D9A4410', 'Update', 1, '2024-06-12T08:00:00Z'),
  (4713, 'B83D0F25-6E19-4C7A-95E4-7D2A1F8C6B90', 'C2F1A7B4-93D8-4A63-8B1E-2F7E5D9A4410', 'Import', 0, '2024-06-13T08:00:00Z'),
  (4714, 'D15C7A98-03F2-4B6E-A8D7-E4F90B2C5A16', 'E94D5B30-1C6F-4D27-A5F0-8C3B7E6D2219', 'Read', 1, '2024-06-14T08:00:00Z'),
  (4715, 'D15C7A98-03F2-4B6E-A8D7-E4F90B2C5A16', 'E94D5B30-1C6F-4D27-A5F0-8C3B7E6D2219', 'Generic', 1, '2024-06-15T08:00:00Z');

-- Users of the access groups. external_id is the sub of their tokens.
INSERT OR IGNORE INTO endpoint_users
  (id, name, username, email, mobile_phone, external_id, creation_date, last_login, is_active)
VALUES
  (101, 'Олена Ковальчук', 'o.kovalchuk', 'o.kovalchuk@klinika.example', '+380440000101', 'user-1380df72-275a-11e7-93ae-92361f002671', '2024-04-10T08:00:00Z', '2024-10-01T07:55:00Z', 1),
  (102, 'Taras Melnyk', 't.melnyk', 't.melnyk@klinika.example', '+380440000102', 'user-7c3a7320-a9fa-5c81-857b-3d767c4b2190', '2024-04-11T08:00:00Z', '2024-10-02T07:55:00Z', 1),
  (103, 'Ірина Шевченко', 'i.shevchenko', 'i.shevchenko@apteka.example', '', '', '2024-04-12T08:00:00Z', '1900-01-01T12:00:00Z', 0);

INSERT OR IGNORE INTO access_group_users
  (access_group_id, user_id, created_on)
VALUES
  ('5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42', 101, '2024-06-20T08:00:00Z'),
  ('9A41E6D7-2C58-4F03-B7A9-16D8E05C3B74', 102, '2024-06-21T08:00:00Z'),
  ('B83D0F25-6E19-4C7A-95E4-7D2A1F8C6B90', 103, '2024-06-22T08:00:00Z');

-- What an access role allows by itself.
INSERT OR IGNORE INTO role_permissions
  (id, role_id, permission_id, created_on)
VALUES
  (501, '32E61509-0071-4001-BE32-9E9D0DB255CB', 'Create', '2024-06-25T08:00:00Z'),
  (502, '32E61509-0071-4001-BE32-9E9D0DB255CB', 'Read', '2024-06-26T08:00:00Z');

-- What the clinic's owner lets two clients do.
INSERT OR IGNORE INTO approvals
  (id, user_id, client_id, scope, created_at, updated_at)
VALUES
  ('4f0a9c52-3f0e-5d0b-9f53-0c1b6a2d7e01', 'user-1380df72-275a-11e7-93ae-92361f002671', '1380df72-275a-11e7-93ae-92361f002671', 'declaration:read person:read', '2024-07-01T08:00:00Z', '2024-07-01T08:00:00Z'),
  ('4f0a9c52-3f0e-5d0b-9f53-0c1b6a2d7e02', 'user-1380df72-275a-11e7-93ae-92361f002671', '0b3d71eb-bd44-5a43-8687-64843c81d544', 'declaration:read', '2024-07-02T08:00:00Z', '2024-07-02T08:00:00Z');
-- Applications. The first is a system application, so neither it nor its roles can be changed.
INSERT OR IGNORE INTO applications
  (id, name, application_key, external_id, description, web_site_url, is_system, is_end_user, is_active, created_on, modified_on)
VALUES
  ('0D9B6C1E-4F27-4B83-9A5C-61E2D7F3A840', 'Access hub', 'access-hub', 'HUB', 'Ships with the system', '', 1, 0, 1, '2024-04-01T08:00:00Z', '2024-04-01T08:00:00Z'),
  ('6E2A8F51-93C4-4D70-B1E6-58F0C7A29D34', 'Pharmacy desk', 'pharmacy-desk', 'PHARM', 'Where medicines are given out', 'https://desk.apteka.example', 0, 1, 1, '2024-04-02T08:00:00Z', '2024-04-02T08:00:00Z'),
  ('C47B1D09-7A5E-4E92-8F36-2B8D6A0E1C75', 'Registry desk', 'registry-desk', '', '', '', 0, 1, 1, '2024-04-03T08:00:00Z', '2024-04-03T08:00:00Z');

INSERT OR IGNORE INTO roles
  (id, name, scope, external_id, type, inserted_at, updated_at, role_key, access_application_id)
VALUES
  ('F3E8A1C6-5D72-4B09-A4E3-90C1B7D6582F', 'Dispenser', '', 'DISP-01', 'AccessRole', '2024-04-06T08:00:00Z', '2024-04-06T08:00:00Z', 'DISPENSER', '6E2A8F51-93C4-4D70-B1E6-58F0C7A29D34');

INSERT OR IGNORE INTO access_group_applications
  (access_group_id, application_id, parent_application_id, is_active, created_on)
VALUES
  ('5F2B8C1D-7E34-4A90-8D16-B3C95A0E7F42', 'C47B1D09-7A5E-4E92-8F36-2B8D6A0E1C75', NULL, 1, '2024-06-16T08:00:00Z');

-- Groups of users. Their members have the access groups of the group besides their own.
INSERT OR IGNORE INTO user_groups
  (id, name, description, created_on, modified_on)
VALUES
  (301, 'Night shift', 'Those who work at night', '2024-05-06T08:00:00Z', '2024-05-06T08:00:00Z'),
  (302, 'Трейні / trainees', 'In their first month', '2024-05-07T08:00:00Z', '2024-05-07T08:00:00Z');

INSERT OR IGNORE INTO user_group_users (user_group_id, user_id) VALUES (301, 101);

INSERT OR IGNORE INTO access_group_user_groups
  (access_group_id, user_group_id, created_on)
VALUES
  ('9A41E6D7-2C58-4F03-B7A9-16D8E05C3B74', 301, '2024-06-17T08:00:00Z');

-- Access reviews: one of a role, with an item that nobody has decided, and a closed one.
INSERT OR IGNORE INTO reviews
  (id, name, role_id, total, inserted_at, inserted_by, closed_at, closed_by)
VALUES
  ('7d0c2f4a-61b8-5e39-9a47-2f8b6c1d5e01', 'Doctors, autumn', '6eeb0bd1-c20d-5ff3-8942-e34b72e05198', 1, '2024-09-02T08:00:00Z', 'user-1380df72-275a-11e7-93ae-92361f002671', NULL, NULL),
  ('7d0c2f4a-61b8-5e39-9a47-2f8b6c1d5e02', 'Admins, summer', '06e38969-739d-5f2f-b248-f2aa3402ac75', 1, '2024-09-03T08:00:00Z', 'user-1380df72-275a-11e7-93ae-92361f002671', '2024-09-04T08:00:00Z', 'user-1380df72-275a-11e7-93ae-92361f002671');

INSERT OR IGNORE INTO review_items
  (review_id, id, path)
VALUES
  ('7d0c2f4a-61b8-5e39-9a47-2f8b6c1d5e01', 'role.c1f9a1f8-53a1-5b0e-8b0a-0f5c3c5d7a01', '{"kind":"role","id":"c1f9a1f8-53a1-5b0e-8b0a-0f5c3c5d7a01","user_id":"user-1380df72-275a-11e7-93ae-92361f002671","client_id":"1380df72-275a-11e7-93ae-92361f002671","role_id":"6eeb0bd1-c20d-5ff3-8942-e34b72e05198","role_name":"DOCTOR","since":"2024-04-10T08:00:00Z","last_used_at":null}');

INSERT OR IGNORE INTO review_items
  (review_id, id, path, decision, note, decided_at, decided_by)
VALUES
  ('7d0c2f4a-61b8-5e39-9a47-2f8b6c1d5e02', 'role.c1f9a1f8-53a1-5b0e-8b0a-0f5c3c5d7a02', '{"kind":"role","id":"c1f9a1f8-53a1-5b0e-8b0a-0f5c3c5d7a02","user_id":"user-1380df72-275a-11e7-93ae-92361f002671","client_id":null,"role_id":"06e38969-739d-5f2f-b248-f2aa3402ac75","role_name":"ADMIN","since":"2024-04-11T08:00:00Z","last_used_at":null}', 'keep', 'On call', '2024-09-03T09:00:00Z', 'user-1380df72-275a-11e7-93ae-92361f002671');
