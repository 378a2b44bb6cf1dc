ALTER TABLE group_members DROP COLUMN kind_key;
ALTER TABLE group_members DROP COLUMN created_by;

DROP INDEX groups_by_status;
DROP INDEX groups_by_kind;
ALTER TABLE groups DROP COLUMN kind_key;
ALTER TABLE groups DROP COLUMN status_changed_by;
ALTER TABLE groups DROP COLUMN status_changed_at;
ALTER TABLE groups DROP COLUMN created_by;
ALTER TABLE groups DROP COLUMN profile;
