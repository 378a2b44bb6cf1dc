-- A claim that nobody has proven blocks nobody: only proven ones are reserved.
DELETE FROM domain_claims WHERE NOT EXISTS (
    SELECT 1 FROM organization_domains
    WHERE organization_domains.organization_id = domain_claims.organization_id
      AND organization_domains.domain = domain_claims.domain
      AND organization_domains.verified_at IS NOT NULL
);
