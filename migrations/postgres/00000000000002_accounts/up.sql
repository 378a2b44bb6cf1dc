-- People who can sign in. Global: an e-mail address, kept in lower case, is one account's.
CREATE TABLE accounts (
    account_id uuid NOT NULL PRIMARY KEY,
    email text NOT NULL UNIQUE,
    email_verified boolean NOT NULL,
    name text,
    picture text,
    platform_administrator boolean NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL
);

-- Who an outside issuer's subject is here.
CREATE TABLE account_identities (
    issuer text NOT NULL,
    subject text NOT NULL,
    account_id uuid NOT NULL REFERENCES accounts (account_id),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject)
);

-- The kinds of account an organization gives.
CREATE TABLE account_types (
    organization_id uuid NOT NULL,
    account_type_id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    description text,
    status text NOT NULL,
    requirements jsonb NOT NULL,
    specifications jsonb NOT NULL,
    agreements jsonb NOT NULL,
    subscriptions jsonb NOT NULL,
    permissions jsonb NOT NULL,
    roles jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organization_id, account_type_id),
    UNIQUE (organization_id, code)
);

-- Who holds which.
CREATE TABLE account_type_assignments (
    organization_id uuid NOT NULL,
    assignment_id uuid NOT NULL,
    account_id uuid NOT NULL,
    account_type_id uuid NOT NULL,
    status text NOT NULL,
    effective_at timestamptz NOT NULL,
    expires_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organization_id, assignment_id),
    UNIQUE (organization_id, account_id, account_type_id),
    FOREIGN KEY (organization_id, account_type_id) REFERENCES account_types (organization_id, account_type_id)
);
