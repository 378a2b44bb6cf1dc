CREATE TABLE organizations (
    organization_id uuid NOT NULL PRIMARY KEY,
    key text NOT NULL,
    alias text NOT NULL,
    name text NOT NULL,
    description text,
    logo_url text,
    external_sales_force_id text,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL
);

-- Every word that names an organization: its id, key and alias, in lower case. Global: a name has one owner.
CREATE TABLE organization_names (
    name text NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL
);
CREATE INDEX organization_names_of ON organization_names (organization_id);

-- E-mail domains an organization claims; only a verified one lets people in.
CREATE TABLE organization_domains (
    organization_id uuid NOT NULL,
    domain_id uuid NOT NULL,
    domain text NOT NULL,
    is_primary boolean NOT NULL,
    verified_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, domain_id),
    UNIQUE (organization_id, domain)
);

-- Who claims a domain. Global: a domain has one owner.
CREATE TABLE domain_claims (
    domain text NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL
);

CREATE TABLE members (
    organization_id uuid NOT NULL,
    account_id uuid NOT NULL,
    member_id uuid NOT NULL,
    level smallint NOT NULL,
    joined_at timestamptz NOT NULL,
    expires_at timestamptz,
    version bigint NOT NULL,
    PRIMARY KEY (organization_id, member_id),
    UNIQUE (organization_id, account_id)
);
CREATE INDEX members_above ON members (organization_id, level, member_id) WHERE level > 1;
CREATE INDEX members_of_account ON members (account_id, organization_id);

CREATE TABLE roles (
    organization_id uuid NOT NULL,
    role_id uuid NOT NULL,
    key text NOT NULL,
    name text NOT NULL,
    namespace text NOT NULL,
    description text,
    stage text NOT NULL,
    permissions jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organization_id, role_id),
    UNIQUE (organization_id, key)
);

-- Who carries which role: an account or a group.
CREATE TABLE role_assignments (
    organization_id uuid NOT NULL,
    assignment_id uuid NOT NULL,
    role_key text NOT NULL,
    assignee_kind text NOT NULL,
    assignee_id uuid NOT NULL,
    expires_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, assignment_id),
    UNIQUE (organization_id, assignee_id, assignee_kind, role_key)
);
CREATE INDEX role_assignments_of_role ON role_assignments (organization_id, role_key, assignment_id);

CREATE TABLE invitations (
    organization_id uuid NOT NULL,
    invitation_id uuid NOT NULL,
    email text NOT NULL,
    level smallint NOT NULL,
    roles jsonb NOT NULL,
    status text NOT NULL,
    invited_by uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organization_id, invitation_id)
);
CREATE INDEX invitations_of_email ON invitations (email, status);
CREATE INDEX invitations_pending ON invitations (organization_id, email) WHERE status = 'pending';
