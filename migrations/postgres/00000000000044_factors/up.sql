-- Authenticator apps (RFC 6238): the sealed secret, and the last step whose code was used. One that is not confirmed yet has an end.
CREATE TABLE totps (
    account_id uuid NOT NULL,
    sealed bytea NOT NULL,
    last_step bigint NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    PRIMARY KEY (account_id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
);
CREATE INDEX totps_ending ON totps (expires_at);

-- Recovery codes that were not used, as keyed hashes.
CREATE TABLE recovery_codes (
    account_id uuid NOT NULL,
    digest bytea NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, digest),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
);

-- Passkeys (WebAuthn): the credential's id and its public key as a COSE key.
CREATE TABLE passkeys (
    account_id uuid NOT NULL,
    passkey_id uuid NOT NULL,
    credential_id bytea NOT NULL,
    public_key bytea NOT NULL,
    sign_count bigint NOT NULL,
    name text NOT NULL,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz,
    PRIMARY KEY (account_id, passkey_id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
);
CREATE UNIQUE INDEX passkeys_by_credential ON passkeys (credential_id);

-- Ceremonies under way, found by a keyed hash of what they are for, the browser and the challenge. The account may be nobody's: for an address that has none.
CREATE TABLE passkey_ceremonies (
    digest bytea NOT NULL,
    account_id uuid,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (digest)
);
CREATE INDEX passkey_ceremonies_ending ON passkey_ceremonies (expires_at);
