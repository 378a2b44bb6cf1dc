-- Who people are at providers by whose word they sign in. Global: an account is of no organization; the organization says whose connection it
-- is, the nil one for the operator's.
CREATE TABLE linked_identities (
    connection_id uuid NOT NULL,
    issuer text NOT NULL,
    subject text NOT NULL,
    identity_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    account_id uuid NOT NULL,
    email text,
    linked_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    PRIMARY KEY (connection_id, issuer, subject),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
);
CREATE UNIQUE INDEX linked_identities_by_id ON linked_identities (identity_id);
CREATE INDEX linked_identities_of ON linked_identities (account_id, identity_id);
