-- What an organization sets for its people and programs beside who may invite; absent: nothing was said.
ALTER TABLE organizations ADD COLUMN logo_media_id BLOB;
ALTER TABLE organizations ADD COLUMN enforce_2fa INTEGER;
ALTER TABLE organizations ADD COLUMN members_can_use_personal_api_keys INTEGER NOT NULL DEFAULT 1;
ALTER TABLE organizations ADD COLUMN allow_publicly_shared_resources INTEGER NOT NULL DEFAULT 1;
ALTER TABLE organizations ADD COLUMN is_ai_data_processing_approved INTEGER;
ALTER TABLE organizations ADD COLUMN default_experiment_stats_method TEXT;
ALTER TABLE organizations ADD COLUMN default_anonymize_ips INTEGER NOT NULL DEFAULT 0;
-- The role that whoever joins is given: the id of a built-in one or of one of its own.
ALTER TABLE organizations ADD COLUMN default_role_id BLOB;

-- When a membership last changed; it began unchanged.
ALTER TABLE members ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0;
UPDATE members SET updated_at = joined_at;

-- Who made a role; absent for polity itself, and for roles older than this record.
ALTER TABLE roles ADD COLUMN created_by BLOB;
