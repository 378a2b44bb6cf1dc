-- Work spaces of an organization. `name_key` is the name in lower case; `secrets` seals the secret ones among the parameters.
CREATE TABLE projects (
    organization_id uuid NOT NULL,
    project_id uuid NOT NULL,
    alias text NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    description text,
    parameters jsonb NOT NULL,
    secrets bytea,
    created_by uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organization_id, project_id),
    UNIQUE (organization_id, alias),
    UNIQUE (organization_id, name_key)
);

-- Who has a role in a project; `project_member_id` is in order of joining it.
CREATE TABLE project_members (
    organization_id uuid NOT NULL,
    project_id uuid NOT NULL,
    account_id uuid NOT NULL,
    project_member_id uuid NOT NULL,
    role text NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organization_id, project_id, account_id),
    UNIQUE (organization_id, project_id, project_member_id)
);
CREATE INDEX project_members_of_account ON project_members (account_id, organization_id, project_id);

-- The secrets that programs of a project connect with, sealed.
CREATE TABLE project_keys (
    organization_id uuid NOT NULL,
    project_id uuid NOT NULL,
    key_id uuid NOT NULL,
    secret bytea NOT NULL,
    is_default boolean NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, project_id, key_id)
);

-- Keyed digests of those secrets. Global: a secret is presented before it is known whose it is.
CREATE TABLE project_key_lookups (
    digest bytea NOT NULL,
    organization_id uuid NOT NULL,
    project_id uuid NOT NULL,
    key_id uuid NOT NULL,
    PRIMARY KEY (digest)
);
CREATE INDEX project_key_lookups_of ON project_key_lookups (organization_id, project_id, key_id);

-- The project that each person works in now. Global: a person has one over all organizations.
CREATE TABLE active_projects (
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    project_id uuid NOT NULL,
    chosen_at timestamptz NOT NULL,
    PRIMARY KEY (account_id)
);
CREATE INDEX active_projects_of ON active_projects (organization_id, project_id);
