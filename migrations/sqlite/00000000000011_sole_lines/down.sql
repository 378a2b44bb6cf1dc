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
) STRICT, WITHOUT ROWID;
INSERT INTO new_employees SELECT organization_id, employee_id, name, name_key, email, account_id, role, kind, kind_key, status, profile, created_by, status_changed_at, status_changed_by, created_at, updated_at, version FROM employees ORDER BY organization_id, employee_id;

CREATE TABLE new_employee_managers (
    organization_id BLOB NOT NULL,
    employee_id BLOB NOT NULL,
    kind_key TEXT NOT NULL,
    manager_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    height INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB,
    PRIMARY KEY (organization_id, employee_id, kind_key, manager_id),
    FOREIGN KEY (organization_id, employee_id) REFERENCES new_employees (organization_id, employee_id),
    FOREIGN KEY (organization_id, manager_id) REFERENCES new_employees (organization_id, employee_id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_employee_managers
SELECT organization_id, employee_id, kind_key, manager_id, kind, height, created_at, created_by
FROM employee_managers ORDER BY organization_id, employee_id, kind_key, manager_id;

DROP TABLE employee_managers;
DROP TABLE employees;
ALTER TABLE new_employees RENAME TO employees;
ALTER TABLE new_employee_managers RENAME TO employee_managers;

CREATE UNIQUE INDEX employees_account ON employees (organization_id, account_id) WHERE account_id IS NOT NULL;
CREATE INDEX employees_of_account ON employees (account_id, organization_id) WHERE account_id IS NOT NULL;
CREATE INDEX employees_name ON employees (organization_id, name_key, employee_id);
CREATE INDEX employees_status ON employees (organization_id, status, employee_id);
CREATE INDEX employees_kind ON employees (organization_id, kind_key, employee_id);
CREATE INDEX employee_managers_down ON employee_managers (organization_id, manager_id, employee_id, kind_key, height);
CREATE INDEX employee_managers_leading ON employee_managers (organization_id, manager_id, employee_id, kind_key, height) WHERE height > 0;
