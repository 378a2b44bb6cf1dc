-- What an organization tells of itself, beside its picture, and who made and last suspended it.
ALTER TABLE organizations ADD COLUMN profile jsonb;
ALTER TABLE organizations ADD COLUMN created_by uuid;
ALTER TABLE organizations ADD COLUMN status_changed_at timestamptz;
ALTER TABLE organizations ADD COLUMN status_changed_by uuid;

-- Links to outside systems. `secrets` is sealed; `kind_key` is the kind in lower case.
CREATE TABLE apps (
    organization_id uuid NOT NULL,
    app_id uuid NOT NULL,
    kind text NOT NULL,
    kind_key text NOT NULL,
    external_id text,
    name text NOT NULL,
    internal boolean NOT NULL,
    status text NOT NULL,
    data jsonb NOT NULL,
    secrets bytea,
    created_by uuid,
    created_at timestamptz NOT NULL,
    status_changed_at timestamptz,
    status_changed_by uuid,
    updated_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (organization_id, app_id),
    UNIQUE (organization_id, kind_key, external_id)
);

-- Keyed digests of what an app is found by. Global: it is read before the organization is known.
CREATE TABLE app_lookups (
    digest bytea NOT NULL,
    organization_id uuid NOT NULL,
    app_id uuid NOT NULL,
    PRIMARY KEY (digest, organization_id, app_id)
);
CREATE INDEX app_lookups_of ON app_lookups (organization_id, app_id);

-- Owners and admins are few among many members: whatever is asked of them is in the index, in order of joining.
DROP INDEX members_above;
CREATE INDEX members_above ON members (organization_id, member_id, level, account_id, joined_at, expires_at, version)
    WHERE level > 1;
