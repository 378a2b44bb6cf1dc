DROP INDEX members_above;
CREATE INDEX members_above ON members (organization_id, level, member_id) WHERE level > 1;
DROP TABLE app_lookups;
DROP TABLE apps;
ALTER TABLE organizations DROP COLUMN status_changed_by;
ALTER TABLE organizations DROP COLUMN status_changed_at;
ALTER TABLE organizations DROP COLUMN created_by;
ALTER TABLE organizations DROP COLUMN profile;
