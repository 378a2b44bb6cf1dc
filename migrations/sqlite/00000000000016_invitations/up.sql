-- What an invitation says and promises beyond level and roles, and the mails that tell of it: `mails_asked` counts those asked for,
-- `mails_sent` is the number of the last one handed over, `mail_due_at` when the last one asked for may leave.
ALTER TABLE invitations ADD COLUMN first_name TEXT;
ALTER TABLE invitations ADD COLUMN message TEXT;
ALTER TABLE invitations ADD COLUMN projects TEXT;
ALTER TABLE invitations ADD COLUMN is_delegation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invitations ADD COLUMN mails_asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invitations ADD COLUMN mails_sent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE invitations ADD COLUMN updated_at INTEGER;
ALTER TABLE invitations ADD COLUMN mail_due_at INTEGER;
CREATE INDEX invitations_newest ON invitations (organization_id, status, created_at);
CREATE INDEX invitations_mailed ON invitations (organization_id, email, mail_due_at) WHERE mail_due_at IS NOT NULL;

-- The mails that were asked for within the last hour, by when they may leave: an organization has so many an hour.
CREATE TABLE invitation_mails (
    organization_id BLOB NOT NULL,
    due_at INTEGER NOT NULL,
    invitation_id BLOB NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (organization_id, due_at, invitation_id, number)
) STRICT, WITHOUT ROWID;

-- Where each invitation is to. Global: its link is followed before it is known whose it is.
CREATE TABLE invitation_places (
    invitation_id BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    PRIMARY KEY (invitation_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX invitation_places_of ON invitation_places (organization_id);
INSERT INTO invitation_places (invitation_id, organization_id)
SELECT invitations.invitation_id, invitations.organization_id FROM invitations
INNER JOIN organizations ON organizations.organization_id = invitations.organization_id;

-- The organization that each person last had somebody else set up. Global: a person has one such invitation over all organizations.
CREATE TABLE delegations (
    account_id BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    invitation_id BLOB NOT NULL,
    PRIMARY KEY (account_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX delegations_of ON delegations (organization_id);

-- Whether members below admin may invite; absent: nothing was said, and they may.
ALTER TABLE organizations ADD COLUMN members_can_invite INTEGER;
