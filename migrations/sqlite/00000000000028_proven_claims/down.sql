-- Of several who claim one domain, whoever did first has it again.
INSERT INTO domain_claims (domain, organization_id)
SELECT organization_domains.domain, organization_domains.organization_id
FROM organization_domains
JOIN organizations ON organizations.organization_id = organization_domains.organization_id
WHERE organization_domains.verified_at IS NULL
ORDER BY organization_domains.created_at, organization_domains.organization_id
ON CONFLICT (domain) DO NOTHING;
