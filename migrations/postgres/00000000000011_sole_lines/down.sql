DROP INDEX employee_managers_leading;
DROP INDEX employee_managers_down;
CREATE INDEX employee_managers_down ON employee_managers (organization_id, manager_id, employee_id, kind_key, height);
CREATE INDEX employee_managers_leading ON employee_managers (organization_id, manager_id, employee_id, kind_key, height) WHERE height > 0;
ALTER TABLE employee_managers DROP COLUMN sole;
