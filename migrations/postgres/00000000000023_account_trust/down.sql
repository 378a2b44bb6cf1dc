ALTER TABLE invitations DROP COLUMN invited_by_program;
ALTER TABLE members DROP COLUMN accepted_at;
DELETE FROM mailed_proofs WHERE purpose = 'address';
DROP INDEX account_identities_account;
ALTER TABLE accounts DROP COLUMN made_by_organization;
ALTER TABLE accounts DROP COLUMN proven_at;
UPDATE accounts SET email = replace(account_id::text, '-', '') || '@nobody.invalid' WHERE email IS NULL;
ALTER TABLE accounts ALTER COLUMN email SET NOT NULL;
