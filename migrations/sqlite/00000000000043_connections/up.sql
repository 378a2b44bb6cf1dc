-- How people of an organization prove who they are elsewhere. Secrets and private keys are sealed.
CREATE TABLE connections (
    organization_id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    document TEXT NOT NULL,
    sealed BLOB,
    has_client_secret INTEGER NOT NULL,
    public_key TEXT,
    tested_at INTEGER,
    tested_address TEXT,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organization_id, connection_id)
) STRICT, WITHOUT ROWID;
-- Whose connection it is. Global: a browser and a provider know the connection alone.
CREATE TABLE connection_places (
    connection_id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
-- Which of the organization's domains a connection serves; no domain is served by two.
CREATE TABLE connection_domains (
    organization_id BLOB NOT NULL,
    domain_id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    PRIMARY KEY (organization_id, domain_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX connection_domains_of ON connection_domains (organization_id, connection_id);
-- Whose served domain it is. Global: a SAML provider that is told one address for all says the domain alone.
CREATE TABLE served_domain_places (
    domain_id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL
) STRICT, WITHOUT ROWID;
-- What became of sign-ins by a connection: the last of them, without anything that was sent.
CREATE TABLE connection_attempts (
    organization_id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    attempt_id BLOB NOT NULL,
    occurred_at INTEGER NOT NULL,
    step TEXT NOT NULL,
    outcome TEXT NOT NULL,
    words TEXT NOT NULL,
    PRIMARY KEY (organization_id, connection_id, attempt_id)
) STRICT, WITHOUT ROWID;
-- Sign-ins under way, by the keyed hash of what brings them back. Global: an answer is there before it is known whose it is.
CREATE TABLE sign_in_flows (
    digest BLOB NOT NULL PRIMARY KEY,
    stage TEXT NOT NULL,
    organization_id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    purpose TEXT NOT NULL,
    -- which browser began; absent where none is known yet
    browser BLOB,
    sealed BLOB NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX sign_in_flows_ending ON sign_in_flows (expires_at);
CREATE INDEX sign_in_flows_of ON sign_in_flows (organization_id, connection_id);
-- Assertions that were used, until they could not be used any more anyway.
CREATE TABLE assertion_replays (
    organization_id BLOB NOT NULL,
    connection_id BLOB NOT NULL,
    assertion BLOB NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (organization_id, connection_id, assertion)
) STRICT, WITHOUT ROWID;
CREATE INDEX assertion_replays_ending ON assertion_replays (expires_at);
