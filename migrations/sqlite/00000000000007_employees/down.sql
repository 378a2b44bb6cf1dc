DROP TABLE employee_managers;
DROP TABLE employees;
ALTER TABLE accounts DROP COLUMN status_changed_by;
ALTER TABLE accounts DROP COLUMN status_changed_at;
ALTER TABLE accounts DROP COLUMN created_by;
