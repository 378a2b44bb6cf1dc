-- What an organization is licensed for; one without a row is licensed `free`. A license key is a public statement that its
-- issuer signed: it is kept as it is, and judged again whenever it is read.
CREATE TABLE licenses (
    organization_id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    license_key TEXT,
    jti TEXT,
    expires_at INTEGER,
    trial_used INTEGER NOT NULL,
    set_at INTEGER NOT NULL,
    set_by BLOB,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Who accepted which version of the EULA, when and from where.
CREATE TABLE eula_acceptances (
    organization_id BLOB NOT NULL,
    acceptance_id BLOB NOT NULL,
    subject_kind TEXT NOT NULL,
    subject_id BLOB,
    eula_version TEXT NOT NULL,
    accepted_at INTEGER NOT NULL,
    address TEXT,
    user_agent TEXT,
    PRIMARY KEY (organization_id, acceptance_id)
) STRICT, WITHOUT ROWID;
