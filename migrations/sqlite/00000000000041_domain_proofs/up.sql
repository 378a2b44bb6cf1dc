-- What an organization shows as its primary e-mail domain; whose a domain is stands among the claims.
ALTER TABLE organizations ADD COLUMN domain TEXT;
ALTER TABLE organizations ADD COLUMN domain_verified INTEGER NOT NULL DEFAULT 0;
UPDATE organizations SET domain = d.domain, domain_verified = d.verified_at IS NOT NULL
FROM organization_domains d
WHERE d.organization_id = organizations.organization_id AND d.is_primary = 1;
ALTER TABLE organization_domains DROP COLUMN is_primary;

-- What a TXT record must say to prove a claim: 43 characters that are good in a URL.
ALTER TABLE organization_domains ADD COLUMN verification_challenge TEXT NOT NULL DEFAULT '';
UPDATE organization_domains SET verification_challenge = substr(lower(hex(randomblob(22))), 1, 43);
ALTER TABLE organization_domains ADD COLUMN last_checked_at INTEGER;
ALTER TABLE organization_domains ADD COLUMN missing_since INTEGER;
ALTER TABLE organization_domains ADD COLUMN lapsed_at INTEGER;
ALTER TABLE organization_domains ADD COLUMN jit_provisioning INTEGER NOT NULL DEFAULT 0;
ALTER TABLE organization_domains ADD COLUMN sso_enforcement TEXT;
ALTER TABLE organization_domains ADD COLUMN break_glass_owners TEXT NOT NULL DEFAULT '[]';
ALTER TABLE organization_domains ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE organization_domains ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
UPDATE organization_domains SET updated_at = coalesce(verified_at, created_at);

-- When the record of a proven claim is looked up next. Global: they are looked up in order of time. What an operator has vouched for has none.
CREATE TABLE domain_checks (
    domain_id BLOB NOT NULL PRIMARY KEY,
    organization_id BLOB NOT NULL,
    due_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX domain_checks_due ON domain_checks (due_at, domain_id);
CREATE INDEX domain_checks_of ON domain_checks (organization_id);
