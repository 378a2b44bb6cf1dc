-- The icon, and whether there is a profile at all; the description keeps its column.
ALTER TABLE groups ADD COLUMN profile jsonb;
ALTER TABLE groups ADD COLUMN created_by uuid;
ALTER TABLE groups ADD COLUMN status_changed_at timestamptz;
ALTER TABLE groups ADD COLUMN status_changed_by uuid;
-- Kinds are kept as sent and compared without case.
ALTER TABLE groups ADD COLUMN kind_key text NOT NULL DEFAULT '';
UPDATE groups SET kind_key = lower(kind);
CREATE INDEX groups_by_kind ON groups (organization_id, kind_key, group_id);
CREATE INDEX groups_by_status ON groups (organization_id, status, group_id);

ALTER TABLE group_members ADD COLUMN created_by uuid;
ALTER TABLE group_members ADD COLUMN kind_key text NOT NULL DEFAULT '';
UPDATE group_members SET kind_key = lower(kind);
-- The member before its kind: there are but three kinds, which a planner cannot know and takes for a narrow choice.
DROP INDEX group_members_of;
CREATE INDEX group_members_of ON group_members (organization_id, member_id, member_kind, group_id, expires_at);
-- And the way down without a look into the table.
DROP INDEX group_members_nested;
CREATE INDEX group_members_nested ON group_members (organization_id, group_id, member_id, expires_at) WHERE member_kind = 'group';
