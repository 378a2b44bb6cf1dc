-- What a person does in their own words, as they said when they signed up.
ALTER TABLE accounts ADD COLUMN role_at_organization TEXT;

-- When the person last signed in, to the minute.
ALTER TABLE accounts ADD COLUMN last_login_at INTEGER;

-- What people log in with, as an Argon2id hash (a PHC string). Global: an account is of no organization.
CREATE TABLE passwords (
    account_id BLOB NOT NULL,
    hash TEXT NOT NULL,
    set_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (account_id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) STRICT, WITHOUT ROWID;

-- Mailed links that prove an address, found by a keyed hash of their secret; the secret itself is sealed for the mail to tell.
CREATE TABLE mailed_proofs (
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
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX mailed_proofs_by_digest ON mailed_proofs (digest);
CREATE INDEX mailed_proofs_ending ON mailed_proofs (expires_at);
