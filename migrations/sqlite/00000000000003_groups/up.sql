CREATE TABLE groups (
    organization_id BLOB NOT NULL,
    group_id BLOB NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    description TEXT,
    external_id TEXT,
    status TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organization_id, group_id),
    UNIQUE (organization_id, external_id)
) STRICT, WITHOUT ROWID;

-- What is in a group: accounts, and other groups of the same organization.
CREATE TABLE group_members (
    organization_id BLOB NOT NULL,
    group_id BLOB NOT NULL,
    member_id BLOB NOT NULL,
    member_kind TEXT NOT NULL,
    kind TEXT NOT NULL,
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organization_id, group_id, member_id, member_kind),
    FOREIGN KEY (organization_id, group_id) REFERENCES groups (organization_id, group_id)
) STRICT, WITHOUT ROWID;
-- Covers the way up from a member, which every question of rights walks.
CREATE INDEX group_members_of ON group_members (organization_id, member_kind, member_id, group_id, expires_at);
-- Nested groups are few among many accounts: the way down does not read the accounts.
CREATE INDEX group_members_nested ON group_members (organization_id, group_id, member_id) WHERE member_kind = 'group';
