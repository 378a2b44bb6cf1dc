-- What an organization is licensed for; one without a row is licensed `free`. A license key is a public statement that its
-- issuer signed: it is kept as it is, and judged again whenever it is read.
CREATE TABLE licenses (
    organization_id uuid NOT NULL PRIMARY KEY,
    kind text NOT NULL,
    license_key text,
    jti text,
    expires_at timestamptz,
    trial_used boolean NOT NULL,
    set_at timestamptz NOT NULL,
    set_by uuid,
    version bigint NOT NULL
);

-- Who accepted which version of the EULA, when and from where.
CREATE TABLE eula_acceptances (
    organization_id uuid NOT NULL,
    acceptance_id uuid NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid,
    eula_version text NOT NULL,
    accepted_at timestamptz NOT NULL,
    address text,
    user_agent text,
    PRIMARY KEY (organization_id, acceptance_id)
);
