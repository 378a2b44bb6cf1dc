-- How people of an organization prove who they are elsewhere. Secrets and private keys are sealed.
CREATE TABLE connections (
    organization_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    document jsonb NOT NULL,
    sealed bytea,
    has_client_secret boolean NOT NULL,
    public_key jsonb,
    tested_at timestamptz,
    tested_address text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organization_id, connection_id)
);
-- Whose connection it is. Global: a browser and a provider know the connection alone.
CREATE TABLE connection_places (
    connection_id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL
);
-- Which of the organization's domains a connection serves; no domain is served by two.
CREATE TABLE connection_domains (
    organization_id uuid NOT NULL,
    domain_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    PRIMARY KEY (organization_id, domain_id)
);
CREATE INDEX connection_domains_of ON connection_domains (organization_id, connection_id);
-- Whose served domain it is. Global: a SAML provider that is told one address for all says the domain alone.
CREATE TABLE served_domain_places (
    domain_id uuid NOT NULL PRIMARY KEY,
    organization_id uuid NOT NULL
);
-- What became of sign-ins by a connection: the last of them, without anything that was sent.
CREATE TABLE connection_attempts (
    organization_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    attempt_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    step text NOT NULL,
    outcome text NOT NULL,
    words text NOT NULL,
    PRIMARY KEY (organization_id, connection_id, attempt_id)
);
-- Sign-ins under way, by the keyed hash of what brings them back. Global: an answer is there before it is known whose it is.
CREATE TABLE sign_in_flows (
    digest bytea NOT NULL PRIMARY KEY,
    stage text NOT NULL,
    organization_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    purpose text NOT NULL,
    -- which browser began; absent where none is known yet
    browser bytea,
    sealed bytea NOT NULL,
    expires_at timestamptz NOT NULL
);
CREATE INDEX sign_in_flows_ending ON sign_in_flows (expires_at);
CREATE INDEX sign_in_flows_of ON sign_in_flows (organization_id, connection_id);
-- Assertions that were used, until they could not be used any more anyway.
CREATE TABLE assertion_replays (
    organization_id uuid NOT NULL,
    connection_id uuid NOT NULL,
    assertion bytea NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, connection_id, assertion)
);
CREATE INDEX assertion_replays_ending ON assertion_replays (expires_at);
