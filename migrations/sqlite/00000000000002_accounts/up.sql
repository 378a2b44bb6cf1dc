-- People who can sign in. Global: an e-mail address, kept in lower case, is one account's.
CREATE TABLE accounts (
    account_id BLOB NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    email_verified INTEGER NOT NULL,
    name TEXT,
    picture TEXT,
    platform_administrator INTEGER NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who an outside issuer's subject is here.
CREATE TABLE account_identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id BLOB NOT NULL REFERENCES accounts (account_id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;

-- The kinds of account an organization gives.
CREATE TABLE account_types (
    organization_id BLOB NOT NULL,
    account_type_id BLOB NOT NULL,
    code TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    status TEXT NOT NULL,
    requirements TEXT NOT NULL,
    specifications TEXT NOT NULL,
    agreements TEXT NOT NULL,
    subscriptions TEXT NOT NULL,
    permissions TEXT NOT NULL,
    roles TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organization_id, account_type_id),
    UNIQUE (organization_id, code)
) STRICT, WITHOUT ROWID;

-- Who holds which.
CREATE TABLE account_type_assignments (
    organization_id BLOB NOT NULL,
    assignment_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    account_type_id BLOB NOT NULL,
    status TEXT NOT NULL,
    effective_at INTEGER NOT NULL,
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organization_id, assignment_id),
    UNIQUE (organization_id, account_id, account_type_id),
    FOREIGN KEY (organization_id, account_type_id) REFERENCES account_types (organization_id, account_type_id)
) STRICT, WITHOUT ROWID;
