DROP INDEX group_members_nested;
CREATE INDEX group_members_nested ON group_members (organization_id, group_id, member_id) WHERE member_kind = 'group';
DROP INDEX group_members_of;
CREATE INDEX group_members_of ON group_members (organization_id, member_kind, member_id, group_id, expires_at);
ALTER TABLE group_members DROP COLUMN kind_key;
ALTER TABLE group_members DROP COLUMN created_by;

DROP INDEX groups_by_status;
DROP INDEX groups_by_kind;
ALTER TABLE groups DROP COLUMN kind_key;
ALTER TABLE groups DROP COLUMN status_changed_by;
ALTER TABLE groups DROP COLUMN status_changed_at;
ALTER TABLE groups DROP COLUMN created_by;
ALTER TABLE groups DROP COLUMN profile;
