DROP TABLE mailed_proofs;
DROP TABLE passwords;
ALTER TABLE accounts DROP COLUMN last_login_at;
ALTER TABLE accounts DROP COLUMN role_at_organization;
