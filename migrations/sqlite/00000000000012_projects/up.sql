-- Work spaces of an organization. `name_key` is the name in lower case; `secrets` seals the secret ones among the parameters.
CREATE TABLE projects (
    organization_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    alias TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT,
    parameters TEXT NOT NULL,
    secrets BLOB,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organization_id, project_id),
    UNIQUE (organization_id, alias),
    UNIQUE (organization_id, name_key)
) STRICT, WITHOUT ROWID;

-- Who has a role in a project; `project_member_id` is in order of joining it.
CREATE TABLE project_members (
    organization_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    project_member_id BLOB NOT NULL,
    role TEXT NOT NULL,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organization_id, project_id, account_id),
    UNIQUE (organization_id, project_id, project_member_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX project_members_of_account ON project_members (account_id, organization_id, project_id);

-- The secrets that programs of a project connect with, sealed.
CREATE TABLE project_keys (
    organization_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    key_id BLOB NOT NULL,
    secret BLOB NOT NULL,
    is_default INTEGER NOT NULL,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, project_id, key_id)
) STRICT, WITHOUT ROWID;

-- Keyed digests of those secrets. Global: a secret is presented before it is known whose it is.
CREATE TABLE project_key_lookups (
    digest BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    key_id BLOB NOT NULL,
    PRIMARY KEY (digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX project_key_lookups_of ON project_key_lookups (organization_id, project_id, key_id);

-- The project that each person works in now. Global: a person has one over all organizations.
CREATE TABLE active_projects (
    account_id BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    project_id BLOB NOT NULL,
    chosen_at INTEGER NOT NULL,
    PRIMARY KEY (account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX active_projects_of ON active_projects (organization_id, project_id);
