-- An account may have no address: one that nobody has vouched for is nobody's. The column can only lose its NOT NULL in a table made anew.
CREATE TABLE new_accounts (
    account_id BLOB NOT NULL PRIMARY KEY,
    email TEXT UNIQUE,
    email_verified INTEGER NOT NULL,
    name TEXT,
    picture TEXT,
    platform_administrator INTEGER NOT NULL,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    created_by BLOB,
    status_changed_at INTEGER,
    status_changed_by BLOB,
    number INTEGER NOT NULL DEFAULT 0,
    role_at_organization TEXT,
    last_login_at INTEGER,
    -- When its person first showed to be there; until then it is provisioned.
    proven_at INTEGER,
    -- The organization that made it; none for the operator, and for whoever came by themselves.
    made_by_organization BLOB
) STRICT, WITHOUT ROWID;
INSERT INTO new_accounts
    (account_id, email, email_verified, name, picture, platform_administrator, status, created_at, updated_at, version, created_by,
     status_changed_at, status_changed_by, number, role_at_organization, last_login_at, proven_at)
SELECT account_id, email, email_verified, name, picture, platform_administrator, status, created_at, updated_at, version, created_by,
    status_changed_at, status_changed_by, number, role_at_organization, last_login_at,
    -- whoever has signed in, confirmed an address, made a key or founded something was there
    CASE WHEN platform_administrator OR last_login_at IS NOT NULL
        OR (email_verified AND account_id IN (SELECT account_id FROM passwords))
        OR account_id IN (SELECT account_id FROM account_identities)
        OR account_id IN (SELECT account_id FROM api_keys WHERE account_id IS NOT NULL)
        OR account_id IN (SELECT created_by FROM organizations WHERE created_by IS NOT NULL)
    THEN created_at END
FROM accounts;

CREATE TABLE new_account_identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id BLOB NOT NULL REFERENCES new_accounts (account_id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
INSERT INTO new_account_identities (issuer, subject, account_id, created_at)
SELECT issuer, subject, account_id, created_at FROM account_identities;

CREATE TABLE new_passwords (
    account_id BLOB NOT NULL,
    hash TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (account_id),
    FOREIGN KEY (account_id) REFERENCES new_accounts (account_id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_passwords (account_id, hash, set_at, version) SELECT account_id, hash, set_at, version FROM passwords;

CREATE TABLE new_mailed_proofs (
    account_id BLOB NOT NULL,
    purpose TEXT NOT NULL,
    request_id BLOB NOT NULL,
    email TEXT NOT NULL,
    digest BLOB NOT NULL,
    sealed BLOB NOT NULL,
    asked_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    PRIMARY KEY (account_id, purpose),
    FOREIGN KEY (account_id) REFERENCES new_accounts (account_id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_mailed_proofs (account_id, purpose, request_id, email, digest, sealed, asked_at, expires_at, attempts)
SELECT account_id, purpose, request_id, email, digest, sealed, asked_at, expires_at, attempts FROM mailed_proofs;

DROP TABLE account_identities;
DROP TABLE passwords;
DROP TABLE mailed_proofs;
DROP TABLE accounts;
ALTER TABLE new_accounts RENAME TO accounts;
ALTER TABLE new_account_identities RENAME TO account_identities;
ALTER TABLE new_passwords RENAME TO passwords;
ALTER TABLE new_mailed_proofs RENAME TO mailed_proofs;
CREATE UNIQUE INDEX accounts_by_number ON accounts (number);
CREATE INDEX account_identities_account ON account_identities (account_id);
CREATE UNIQUE INDEX mailed_proofs_by_digest ON mailed_proofs (digest);
CREATE INDEX mailed_proofs_ending ON mailed_proofs (expires_at);

-- When the person took the membership up; until then it is theirs in name alone. Those there were count as taken up.
ALTER TABLE members ADD COLUMN accepted_at INTEGER;
UPDATE members SET accepted_at = joined_at;

-- The program that invited, whose rights are judged again when the invitation is taken up.
ALTER TABLE invitations ADD COLUMN invited_by_program BLOB;
