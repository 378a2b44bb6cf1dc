CREATE TABLE groups (
    organization_id uuid NOT NULL,
    group_id uuid NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    description text,
    external_id text,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organization_id, group_id),
    UNIQUE (organization_id, external_id)
);

-- What is in a group: accounts, and other groups of the same organization.
CREATE TABLE group_members (
    organization_id uuid NOT NULL,
    group_id uuid NOT NULL,
    member_id uuid NOT NULL,
    member_kind text NOT NULL,
    kind text NOT NULL,
    expires_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organization_id, group_id, member_id, member_kind),
    FOREIGN KEY (organization_id, group_id) REFERENCES groups (organization_id, group_id)
);
-- Covers the way up from a member, which every question of rights walks.
CREATE INDEX group_members_of ON group_members (organization_id, member_kind, member_id, group_id, expires_at);
-- Nested groups are few among many accounts: the way down does not read the accounts.
CREATE INDEX group_members_nested ON group_members (organization_id, group_id, member_id) WHERE member_kind = 'group';
