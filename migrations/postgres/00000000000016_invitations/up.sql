-- What an invitation says and promises beyond level and roles, and the mails that tell of it: `mails_asked` counts those asked for,
-- `mails_sent` is the number of the last one handed over, `mail_due_at` when the last one asked for may leave.
ALTER TABLE invitations ADD COLUMN first_name text;
ALTER TABLE invitations ADD COLUMN message text;
ALTER TABLE invitations ADD COLUMN projects jsonb;
ALTER TABLE invitations ADD COLUMN is_delegation boolean NOT NULL DEFAULT false;
ALTER TABLE invitations ADD COLUMN mails_asked bigint NOT NULL DEFAULT 0;
ALTER TABLE invitations ADD COLUMN mails_sent bigint NOT NULL DEFAULT 0;
ALTER TABLE invitations ADD COLUMN updated_at timestamptz;
ALTER TABLE invitations ADD COLUMN mail_due_at timestamptz;
CREATE INDEX invitations_newest ON invitations (organization_id, status, created_at);
CREATE INDEX invitations_mailed ON invitations (organization_id, email, mail_due_at) WHERE mail_due_at IS NOT NULL;

-- The mails that were asked for within the last hour, by when they may leave: an organization has so many an hour.
CREATE TABLE invitation_mails (
    organization_id uuid NOT NULL,
    due_at timestamptz NOT NULL,
    invitation_id uuid NOT NULL,
    number bigint NOT NULL,
    PRIMARY KEY (organization_id, due_at, invitation_id, number)
);

-- Where each invitation is to. Global: its link is followed before it is known whose it is.
CREATE TABLE invitation_places (
    invitation_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    PRIMARY KEY (invitation_id)
);
CREATE INDEX invitation_places_of ON invitation_places (organization_id);
INSERT INTO invitation_places (invitation_id, organization_id)
SELECT invitations.invitation_id, invitations.organization_id FROM invitations
INNER JOIN organizations ON organizations.organization_id = invitations.organization_id;

-- The organization that each person last had somebody else set up. Global: a person has one such invitation over all organizations.
CREATE TABLE delegations (
    account_id uuid NOT NULL,
    organization_id uuid NOT NULL,
    invitation_id uuid NOT NULL,
    PRIMARY KEY (account_id)
);
CREATE INDEX delegations_of ON delegations (organization_id);

-- Whether members below admin may invite; absent: nothing was said, and they may.
ALTER TABLE organizations ADD COLUMN members_can_invite boolean;
