-- What a person does in their own words, as they said when they signed up.
ALTER TABLE accounts ADD COLUMN role_at_organization text;

-- When the person last signed in, to the minute.
ALTER TABLE accounts ADD COLUMN last_login_at timestamptz;

-- What people log in with, as an Argon2id hash (a PHC string). Global: an account is of no organization.
CREATE TABLE passwords (
    account_id uuid NOT NULL,
    hash text NOT NULL,
    set_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (account_id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
);

-- Mailed links that prove an address, found by a keyed hash of their secret; the secret itself is sealed for the mail to tell.
CREATE TABLE mailed_proofs (
    account_id uuid NOT NULL,
    purpose text NOT NULL,
    request_id uuid NOT NULL,
    email text NOT NULL,
    digest bytea NOT NULL,
    sealed bytea NOT NULL,
    asked_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    attempts bigint NOT NULL,
    PRIMARY KEY (account_id, purpose),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
);
CREATE UNIQUE INDEX mailed_proofs_by_digest ON mailed_proofs (digest);
CREATE INDEX mailed_proofs_ending ON mailed_proofs (expires_at);
