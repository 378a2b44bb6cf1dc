-- Sole is whether the line is the employee's only one: with it the way down need not look the employee up.
ALTER TABLE employee_managers ADD COLUMN sole boolean NOT NULL DEFAULT false;
UPDATE employee_managers l SET sole = true WHERE 1 = (
    SELECT COUNT(*) FROM employee_managers o
    WHERE o.organization_id = l.organization_id AND o.employee_id = l.employee_id);
ALTER TABLE employee_managers ALTER COLUMN sole DROP DEFAULT;

-- Cover the way down, with all that is told of a line, and that of those who have reports themselves, who are few.
DROP INDEX employee_managers_down;
DROP INDEX employee_managers_leading;
CREATE INDEX employee_managers_down ON employee_managers
    (organization_id, manager_id, employee_id, kind_key, height) INCLUDE (sole, kind, created_at, created_by);
CREATE INDEX employee_managers_leading ON employee_managers
    (organization_id, manager_id, employee_id, kind_key, height) INCLUDE (sole, kind, created_at, created_by) WHERE height > 0;
