DROP TABLE domain_checks;
ALTER TABLE organization_domains DROP COLUMN version;
ALTER TABLE organization_domains DROP COLUMN updated_at;
ALTER TABLE organization_domains DROP COLUMN break_glass_owners;
ALTER TABLE organization_domains DROP COLUMN sso_enforcement;
ALTER TABLE organization_domains DROP COLUMN jit_provisioning;
ALTER TABLE organization_domains DROP COLUMN lapsed_at;
ALTER TABLE organization_domains DROP COLUMN missing_since;
ALTER TABLE organization_domains DROP COLUMN last_checked_at;
ALTER TABLE organization_domains DROP COLUMN verification_challenge;
ALTER TABLE organization_domains ADD COLUMN is_primary INTEGER NOT NULL DEFAULT 0;
UPDATE organization_domains SET is_primary = 1
WHERE EXISTS (
    SELECT 1 FROM organizations
    WHERE organizations.organization_id = organization_domains.organization_id AND organizations.domain = organization_domains.domain
);
ALTER TABLE organizations DROP COLUMN domain_verified;
ALTER TABLE organizations DROP COLUMN domain;
