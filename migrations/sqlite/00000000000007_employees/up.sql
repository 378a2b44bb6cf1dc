-- Who made an account, and who last turned it on or off.
ALTER TABLE accounts ADD COLUMN created_by BLOB;
ALTER TABLE accounts ADD COLUMN status_changed_at INTEGER;
ALTER TABLE accounts ADD COLUMN status_changed_by BLOB;

-- Who is on an organization's staff, with an account or without. Keys are what is searched by, in lower case.
CREATE TABLE employees (
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
-- Few of a large staff sign in: who does not is in neither index.
CREATE UNIQUE INDEX employees_account ON employees (organization_id, account_id) WHERE account_id IS NOT NULL;
CREATE INDEX employees_of_account ON employees (account_id, organization_id) WHERE account_id IS NOT NULL;
-- Covers the search by a part of the name.
CREATE INDEX employees_name ON employees (organization_id, name_key, employee_id);
CREATE INDEX employees_status ON employees (organization_id, status, employee_id);
CREATE INDEX employees_kind ON employees (organization_id, kind_key, employee_id);

-- Who reports to whom, and as what. The height is how many levels there are below the employee, counted up to 32.
CREATE TABLE employee_managers (
    organization_id BLOB NOT NULL,
    employee_id BLOB NOT NULL,
    kind_key TEXT NOT NULL,
    manager_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    height INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    created_by BLOB,
    PRIMARY KEY (organization_id, employee_id, kind_key, manager_id),
    FOREIGN KEY (organization_id, employee_id) REFERENCES employees (organization_id, employee_id),
    FOREIGN KEY (organization_id, manager_id) REFERENCES employees (organization_id, employee_id)
) STRICT, WITHOUT ROWID;
-- Covers the way down, and that of those who have reports themselves, who are few.
CREATE INDEX employee_managers_down ON employee_managers (organization_id, manager_id, employee_id, kind_key, height);
CREATE INDEX employee_managers_leading ON employee_managers (organization_id, manager_id, employee_id, kind_key, height) WHERE height > 0;
