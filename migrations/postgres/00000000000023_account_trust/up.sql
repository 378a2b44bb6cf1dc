-- An account may have no address: one that nobody has vouched for is nobody's.
ALTER TABLE accounts ALTER COLUMN email DROP NOT NULL;
-- When its person first showed to be there; until then it is provisioned.
ALTER TABLE accounts ADD COLUMN proven_at timestamptz;
-- The organization that made it; none for the operator, and for whoever came by themselves.
ALTER TABLE accounts ADD COLUMN made_by_organization uuid;
-- Whoever has signed in, confirmed an address, made a key or founded something was there.
UPDATE accounts SET proven_at = created_at
WHERE platform_administrator OR last_login_at IS NOT NULL
    OR (email_verified AND account_id IN (SELECT account_id FROM passwords))
    OR account_id IN (SELECT account_id FROM account_identities)
    OR account_id IN (SELECT account_id FROM api_keys WHERE account_id IS NOT NULL)
    OR account_id IN (SELECT created_by FROM organizations WHERE created_by IS NOT NULL);
CREATE INDEX account_identities_account ON account_identities (account_id);

-- When the person took the membership up; until then it is theirs in name alone. Those there were count as taken up.
ALTER TABLE members ADD COLUMN accepted_at timestamptz;
UPDATE members SET accepted_at = joined_at;

-- The program that invited, whose rights are judged again when the invitation is taken up.
ALTER TABLE invitations ADD COLUMN invited_by_program uuid;
