-- The organization that a license key was applied to first, of those keys that name one. Global: an alias is handed on, and a key
-- would be with it.
CREATE TABLE license_claims (
    kid TEXT NOT NULL,
    jti TEXT NOT NULL,
    subject TEXT NOT NULL,
    organization_id BLOB NOT NULL,
    PRIMARY KEY (kid, jti, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX license_claims_of ON license_claims (organization_id);
