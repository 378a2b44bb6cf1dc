-- What an organization sets for its people and programs beside who may invite; absent: nothing was said.
ALTER TABLE organizations ADD COLUMN logo_media_id uuid;
ALTER TABLE organizations ADD COLUMN enforce_2fa boolean;
ALTER TABLE organizations ADD COLUMN members_can_use_personal_api_keys boolean NOT NULL DEFAULT true;
ALTER TABLE organizations ADD COLUMN allow_publicly_shared_resources boolean NOT NULL DEFAULT true;
ALTER TABLE organizations ADD COLUMN is_ai_data_processing_approved boolean;
ALTER TABLE organizations ADD COLUMN default_experiment_stats_method text;
ALTER TABLE organizations ADD COLUMN default_anonymize_ips boolean NOT NULL DEFAULT false;
-- The role that whoever joins is given: the id of a built-in one or of one of its own.
ALTER TABLE organizations ADD COLUMN default_role_id uuid;

-- When a membership last changed; it began unchanged.
ALTER TABLE members ADD COLUMN updated_at timestamptz NOT NULL DEFAULT 'epoch';
UPDATE members SET updated_at = joined_at;

-- Who made a role; absent for polity itself, and for roles older than this record.
ALTER TABLE roles ADD COLUMN created_by uuid;
