-- The organization that a license key was applied to first, of those keys that name one. Global: an alias is handed on, and a key
-- would be with it.
CREATE TABLE license_claims (
    kid text NOT NULL,
    jti text NOT NULL,
    subject text NOT NULL,
    organization_id uuid NOT NULL,
    PRIMARY KEY (kid, jti, subject)
);
CREATE INDEX license_claims_of ON license_claims (organization_id);
