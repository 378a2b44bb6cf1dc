ALTER TABLE invitations DROP COLUMN invited_by_program;
ALTER TABLE members DROP COLUMN accepted_at;

CREATE TABLE old_accounts (
    account_id BLOB NOT NULL PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
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
    last_login_at INTEGER
) STRICT, WITHOUT ROWID;
INSERT INTO old_accounts
    (account_id, email, email_verified, name, picture, platform_administrator, status, created_at, updated_at, version, created_by,
     status_changed_at, status_changed_by, number, role_at_organization, last_login_at)
SELECT account_id, coalesce(email, lower(hex(account_id)) || '@nobody.invalid'), email_verified, name, picture, platform_administrator,
    status, created_at, updated_at, version, created_by, status_changed_at, status_changed_by, number, role_at_organization, last_login_at
FROM accounts;

CREATE TABLE old_account_identities (
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    account_id BLOB NOT NULL REFERENCES old_accounts (account_id),
    created_at INTEGER NOT NULL,
    PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
INSERT INTO old_account_identities (issuer, subject, account_id, created_at)
SELECT issuer, subject, account_id, created_at FROM account_identities;

CREATE TABLE old_passwords (
    account_id BLOB NOT NULL,
    hash TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (account_id),
    FOREIGN KEY (account_id) REFERENCES old_accounts (account_id)
) STRICT, WITHOUT ROWID;
INSERT INTO old_passwords (account_id, hash, set_at, version) SELECT account_id, hash, set_at, version FROM passwords;

CREATE TABLE old_mailed_proofs (
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
    FOREIGN KEY (account_id) REFERENCES old_accounts (account_id)
) STRICT, WITHOUT ROWID;
INSERT INTO old_mailed_proofs (account_id, purpose, request_id, email, digest, sealed, asked_at, expires_at, attempts)
SELECT account_id, purpose, request_id, email, digest, sealed, asked_at, expires_at, attempts FROM mailed_proofs
WHERE purpose <> 'address';

DROP TABLE account_identities;
DROP TABLE passwords;
DROP TABLE mailed_proofs;
DROP TABLE accounts;
ALTER TABLE old_accounts RENAME TO accounts;
ALTER TABLE old_account_identities RENAME TO account_identities;
ALTER TABLE old_passwords RENAME TO passwords;
ALTER TABLE old_mailed_proofs RENAME TO mailed_proofs;
CREATE UNIQUE INDEX accounts_by_number ON accounts (number);
CREATE UNIQUE INDEX mailed_proofs_by_digest ON mailed_proofs (digest);
CREATE INDEX mailed_proofs_ending ON mailed_proofs (expires_at);
