-- Employees are wide rows: kept by row number, the key that others point to is a small index and no tree of whole rows.
CREATE TABLE new_employees (
    organization_id BLOB NOT NULL,
    employee_id BLOB NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    email TEXT NOT NULL,
    account_id BLOB,
    role TEXT,
    kind TEXT NOT NULL,
    kind_key TEXT NOT NULL,
    status TEXT NOT NULL,
    profile TEXT,
    created_by BLOB,
    status_changed_at INTEGER,
    status_changed_by BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organization_id, employee_id),
    UNIQUE (organization_id, email)
) STRICT;
INSERT INTO new_employees SELECT organization_id, employee_id, name, name_key, email, account_id, role, kind, kind_key, status, profile, created_by, status_changed_at, status_changed_by, created_at, updated_at, version FROM employees ORDER BY organization_id, employee_id;

-- Sole is whether the line is the employee's only one: with it the way down need not look the employee up.
CREATE TABLE new_employee_managers (
    organization_id BLOB NOT NULL,
    employee_id BLOB NOT NULL,
    kind_key TEXT NOT NULL,
    manager_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    height INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB,
    sole INTEGER NOT NULL,
    PRIMARY KEY (organization_id, employee_id, kind_key, manager_id),
    FOREIGN KEY (organization_id, employee_id) REFERENCES new_employees (organization_id, employee_id),
    FOREIGN KEY (organization_id, manager_id) REFERENCES new_employees (organization_id, employee_id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_employee_managers
    (organization_id, employee_id, kind_key, manager_id, kind, height, created_at, created_by, sole)
SELECT organization_id, employee_id, kind_key, manager_id, kind, height, created_at, created_by,
    1 = (SELECT COUNT(*) FROM employee_managers o
         WHERE o.organization_id = l.organization_id AND o.employee_id = l.employee_id)
FROM employee_managers l ORDER BY organization_id, employee_id, kind_key, manager_id;

DROP TABLE employee_managers;
DROP TABLE employees;
ALTER TABLE new_employees RENAME TO employees;
ALTER TABLE new_employee_managers RENAME TO employee_managers;

-- Few of a large staff sign in: who does not is in neither index.
CREATE UNIQUE INDEX employees_account ON employees (organization_id, account_id) WHERE account_id IS NOT NULL;
CREATE INDEX employees_of_account ON employees (account_id, organization_id) WHERE account_id IS NOT NULL;
-- Covers the search by a part of the name.
CREATE INDEX employees_name ON employees (organization_id, name_key, employee_id);
CREATE INDEX employees_status ON employees (organization_id, status, employee_id);
CREATE INDEX employees_kind ON employees (organization_id, kind_key, employee_id);

-- Cover the way down, with all that is told of a line, and that of those who have reports themselves, who are few.
CREATE INDEX employee_managers_down ON employee_managers
    (organization_id, manager_id, employee_id, kind_key, height, sole, kind, created_at, created_by);
CREATE INDEX employee_managers_leading ON employee_managers
    (organization_id, manager_id, employee_id, kind_key, height, sole, kind, created_at, created_by) WHERE height > 0;
