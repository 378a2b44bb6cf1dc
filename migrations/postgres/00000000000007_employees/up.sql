-- Who made an account, and who last turned it on or off.
ALTER TABLE accounts ADD COLUMN created_by uuid;
ALTER TABLE accounts ADD COLUMN status_changed_at timestamptz;
ALTER TABLE accounts ADD COLUMN status_changed_by uuid;

-- Who is on an organization's staff, with an account or without. Keys are what is searched by, in lower case.
CREATE TABLE employees (
    organization_id uuid NOT NULL,
    employee_id uuid NOT NULL,
    name text NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    email text NOT NULL,
    account_id uuid,
    role text,
    kind text NOT NULL,
    kind_key text NOT NULL,
    status text NOT NULL,
    profile jsonb,
    created_by uuid,
    status_changed_at timestamptz,
    status_changed_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organization_id, employee_id),
    UNIQUE (organization_id, email)
);
-- Few of a large staff sign in: who does not is in neither index.
CREATE UNIQUE INDEX employees_account ON employees (organization_id, account_id) WHERE account_id IS NOT NULL;
CREATE INDEX employees_of_account ON employees (account_id, organization_id) WHERE account_id IS NOT NULL;
-- Covers the search by a part of the name.
CREATE INDEX employees_name ON employees (organization_id, name_key, employee_id);
CREATE INDEX employees_status ON employees (organization_id, status, employee_id);
CREATE INDEX employees_kind ON employees (organization_id, kind_key, employee_id);

-- Who reports to whom, and as what. The height is how many levels there are below the employee, counted up to 32.
CREATE TABLE employee_managers (
    organization_id uuid NOT NULL,
    employee_id uuid NOT NULL,
    kind_key text NOT NULL,
    manager_id uuid NOT NULL,
    kind text NOT NULL,
    height integer NOT NULL,
    created_at timestamptz NOT NULL,
    created_by uuid,
    PRIMARY KEY (organization_id, employee_id, kind_key, manager_id),
    FOREIGN KEY (organization_id, employee_id) REFERENCES employees (organization_id, employee_id),
    FOREIGN KEY (organization_id, manager_id) REFERENCES employees (organization_id, employee_id)
);
-- Covers the way down, and that of those who have reports themselves, who are few.
CREATE INDEX employee_managers_down ON employee_managers (organization_id, manager_id, employee_id, kind_key, height);
CREATE INDEX employee_managers_leading ON employee_managers (organization_id, manager_id, employee_id, kind_key, height) WHERE height > 0;
