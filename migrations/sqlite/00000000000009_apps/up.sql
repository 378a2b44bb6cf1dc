-- What an organization tells of itself, beside its picture, and who made and last suspended it.
ALTER TABLE organizations ADD COLUMN profile TEXT;
ALTER TABLE organizations ADD COLUMN created_by BLOB;
ALTER TABLE organizations ADD COLUMN status_changed_at INTEGER;
ALTER TABLE organizations ADD COLUMN status_changed_by BLOB;

-- Links to outside systems. `secrets` is sealed; `kind_key` is the kind in lower case.
CREATE TABLE apps (
    organization_id BLOB NOT NULL,
    app_id BLOB NOT NULL,
    kind TEXT NOT NULL,
    kind_key TEXT NOT NULL,
    external_id TEXT,
    name TEXT NOT NULL,
    internal INTEGER NOT NULL,
    status TEXT NOT NULL,
    data TEXT NOT NULL,
    secrets BLOB,
    created_by BLOB,
    created_at INTEGER NOT NULL,
    status_changed_at INTEGER,
    status_changed_by BLOB,
    updated_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (organization_id, app_id),
    UNIQUE (organization_id, kind_key, external_id)
) STRICT, WITHOUT ROWID;

-- Keyed digests of what an app is found by. Global: it is read before the organization is known.
CREATE TABLE app_lookups (
    digest BLOB NOT NULL,
    organization_id BLOB NOT NULL,
    app_id BLOB NOT NULL,
    PRIMARY KEY (digest, organization_id, app_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX app_lookups_of ON app_lookups (organization_id, app_id);

-- Owners and admins are few among many members: whatever is asked of them is in the index, in order of joining.
DROP INDEX members_above;
CREATE INDEX members_above ON members (organization_id, member_id, level, account_id, joined_at, expires_at, version)
    WHERE level > 1;
