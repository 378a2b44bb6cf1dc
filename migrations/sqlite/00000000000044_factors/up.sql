-- Authenticator apps (RFC 6238): the sealed secret, and the last step whose code was used. One that is not confirmed yet has an end.
CREATE TABLE totps (
    account_id BLOB NOT NULL,
    sealed BLOB NOT NULL,
    last_step INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    expires_at INTEGER,
    PRIMARY KEY (account_id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX totps_ending ON totps (expires_at);

-- Recovery codes that were not used, as keyed hashes.
CREATE TABLE recovery_codes (
    account_id BLOB NOT NULL,
    digest BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (account_id, digest),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) STRICT, WITHOUT ROWID;

-- Passkeys (WebAuthn): the credential's id and its public key as a COSE key.
CREATE TABLE passkeys (
    account_id BLOB NOT NULL,
    passkey_id BLOB NOT NULL,
    credential_id BLOB NOT NULL,
    public_key BLOB NOT NULL,
    sign_count INTEGER NOT NULL,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    last_used_at INTEGER,
    PRIMARY KEY (account_id, passkey_id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX passkeys_by_credential ON passkeys (credential_id);

-- Ceremonies under way, found by a keyed hash of what they are for, the browser and the challenge. The account may be nobody's: for an address that has none.
CREATE TABLE passkey_ceremonies (
    digest BLOB NOT NULL,
    account_id BLOB,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX passkey_ceremonies_ending ON passkey_ceremonies (expires_at);
