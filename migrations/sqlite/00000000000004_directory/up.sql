CREATE TABLE organizations (
    organization_id BLOB NOT NULL PRIMARY KEY,
    key TEXT NOT NULL,
    alias TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    logo_url TEXT,
    external_sales_force_id TEXT,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Every word that names an organization: its id, key and alias, in lower case. Global: a name has one owner.
CREATE TABLE organization_names (
    name TEXT NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX organization_names_of ON organization_names (organization_id);

-- E-mail domains an organization claims; only a verified one lets people in.
CREATE TABLE organization_domains (
    organization_id BLOB NOT NULL,
    domain_id BLOB NOT NULL,
    domain TEXT NOT NULL,
    is_primary INTEGER NOT NULL,
    verified_at INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, domain_id),
    UNIQUE (organization_id, domain)
) STRICT, WITHOUT ROWID;

-- Who claims a domain. Global: a domain has one owner.
CREATE TABLE domain_claims (
    domain TEXT NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE members (
    organization_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    level INTEGER NOT NULL,
    joined_at INTEGER NOT NULL,
    expires_at INTEGER,
    version INTEGER NOT NULL,
    PRIMARY KEY (organization_id, member_id),
    UNIQUE (organization_id, account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX members_above ON members (organization_id, level, member_id) WHERE level > 1;
CREATE INDEX members_of_account ON members (account_id, organization_id);

CREATE TABLE roles (
    organization_id BLOB NOT NULL,
    role_id BLOB NOT NULL,
    key TEXT NOT NULL,
    name TEXT NOT NULL,
    namespace TEXT NOT NULL,
    description TEXT,
    stage TEXT NOT NULL,
    permissions TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organization_id, role_id),
    UNIQUE (organization_id, key)
) STRICT, WITHOUT ROWID;

-- Who carries which role: an account or a group.
CREATE TABLE role_assignments (
    organization_id BLOB NOT NULL,
    assignment_id BLOB NOT NULL,
    role_key TEXT NOT NULL,
    assignee_kind TEXT NOT NULL,
    assignee_id BLOB NOT NULL,
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, assignment_id),
    UNIQUE (organization_id, assignee_id, assignee_kind, role_key)
) STRICT, WITHOUT ROWID;
CREATE INDEX role_assignments_of_role ON role_assignments (organization_id, role_key, assignment_id);

CREATE TABLE invitations (
    organization_id BLOB NOT NULL,
    invitation_id BLOB NOT NULL,
    email TEXT NOT NULL,
    level INTEGER NOT NULL,
    roles TEXT NOT NULL,
    status TEXT NOT NULL,
    invited_by BLOB,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organization_id, invitation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitations_of_email ON invitations (email, status);
CREATE INDEX invitations_pending ON invitations (organization_id, email) WHERE status = 'pending';
