-- Keys that sign our own tokens; the private half is sealed.
CREATE TABLE signing_keys (
    kid text NOT NULL PRIMARY KEY,
    algorithm text NOT NULL,
    sealed bytea NOT NULL,
    public_key jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    active_from timestamptz NOT NULL,
    retires_at timestamptz
);

-- Service accounts and OIDC clients. Those of no organization are filed under the nil UUID.
CREATE TABLE clients (
    organization_id uuid NOT NULL,
    client_id uuid NOT NULL,
    name text NOT NULL,
    redirect_uris jsonb NOT NULL,
    grant_types jsonb NOT NULL,
    auth_method text NOT NULL,
    secret_digest bytea,
    jwks jsonb,
    subject_type text NOT NULL,
    sector_identifier_uri text,
    permissions jsonb NOT NULL,
    platform_permissions jsonb NOT NULL,
    expires_at timestamptz,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organization_id, client_id)
);

-- Where to find a client that only names itself.
CREATE TABLE client_ids (
    client_id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL
);

-- Assertions that clients have used up; kept until they would have expired.
CREATE TABLE client_assertions (
    client_id uuid NOT NULL,
    assertion bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (client_id, assertion)
);
CREATE INDEX client_assertions_expiry ON client_assertions (expires_at);

-- API keys. Those of people are filed under the nil UUID.
CREATE TABLE api_keys (
    organization_id uuid NOT NULL,
    key_id uuid NOT NULL,
    account_id uuid,
    name text NOT NULL,
    prefix text NOT NULL,
    permissions jsonb,
    level smallint,
    limited_to uuid,
    expires_at timestamptz,
    last_used_at timestamptz,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, key_id)
);
CREATE INDEX api_keys_account ON api_keys (organization_id, account_id, key_id);

-- Where to find a key by its secret's digest.
CREATE TABLE api_key_digests (
    digest bytea NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL,
    key_id uuid NOT NULL
);
CREATE INDEX api_key_digests_key ON api_key_digests (organization_id, key_id);

-- Own tokens withdrawn before they expired.
CREATE TABLE revoked_tokens (
    token_id uuid NOT NULL PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
CREATE INDEX revoked_tokens_expiry ON revoked_tokens (expires_at);

-- What each sector calls each person, so that a subject can be resolved back.
CREATE TABLE pairwise_subjects (
    sector text NOT NULL,
    account_id uuid NOT NULL,
    subject text NOT NULL UNIQUE,
    PRIMARY KEY (sector, account_id)
);
