DROP TABLE invitations;
DROP TABLE role_assignments;
DROP TABLE roles;
DROP TABLE members;
DROP TABLE domain_claims;
DROP TABLE organization_domains;
DROP TABLE organization_names;
DROP TABLE organizations;
