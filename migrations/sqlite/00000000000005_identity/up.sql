-- Keys that sign our own tokens; the private half is sealed.
CREATE TABLE signing_keys (
    kid TEXT NOT NULL PRIMARY KEY,
    algorithm TEXT NOT NULL,
    sealed BLOB NOT NULL,
    public_key TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    active_from INTEGER NOT NULL,
    retires_at INTEGER
) STRICT, WITHOUT ROWID;

-- Service accounts and OIDC clients. Those of no organization are filed under the nil UUID.
CREATE TABLE clients (
    organization_id BLOB NOT NULL,
    client_id BLOB NOT NULL,
    name TEXT NOT NULL,
    redirect_uris TEXT NOT NULL,
    grant_types TEXT NOT NULL,
    auth_method TEXT NOT NULL,
    secret_digest BLOB,
    jwks TEXT,
    subject_type TEXT NOT NULL,
    sector_identifier_uri TEXT,
    permissions TEXT NOT NULL,
    platform_permissions TEXT NOT NULL,
    expires_at INTEGER,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organization_id, client_id)
) STRICT, WITHOUT ROWID;

-- Where to find a client that only names itself.
CREATE TABLE client_ids (
    client_id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;

-- Assertions that clients have used up; kept until they would have expired.
CREATE TABLE client_assertions (
    client_id BLOB NOT NULL,
    assertion BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (client_id, assertion)
) STRICT, WITHOUT ROWID;
CREATE INDEX client_assertions_expiry ON client_assertions (expires_at);

-- API keys. Those of people are filed under the nil UUID.
CREATE TABLE api_keys (
    organization_id BLOB NOT NULL,
    key_id BLOB NOT NULL,
    account_id BLOB,
    name TEXT NOT NULL,
    prefix TEXT NOT NULL,
    permissions TEXT,
    level INTEGER,
    limited_to BLOB,
    expires_at INTEGER,
    last_used_at INTEGER,
    created_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, key_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_account ON api_keys (organization_id, account_id, key_id);

-- Where to find a key by its secret's digest.
CREATE TABLE api_key_digests (
    digest BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    key_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_digests_key ON api_key_digests (organization_id, key_id);

-- Own tokens withdrawn before they expired.
CREATE TABLE revoked_tokens (
    token_id BLOB NOT NULL PRIMARY KEY,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX revoked_tokens_expiry ON revoked_tokens (expires_at);

-- What each sector calls each person, so that a subject can be resolved back.
CREATE TABLE pairwise_subjects (
    sector TEXT NOT NULL,
    account_id BLOB NOT NULL,
    subject TEXT NOT NULL UNIQUE,
    PRIMARY KEY (sector, account_id)
) STRICT, WITHOUT ROWID;
