-- Whether an access role is given with one type of permission is found without reading its other permissions.
DROP INDEX permissions_by_role;
CREATE INDEX permissions_by_role ON permissions (role_id, permission_id);
