UPDATE events SET action = 'removed' WHERE entity IN ('group', 'client') AND action = 'deleted';
UPDATE events SET entity = 'reporting_lines', action = 'imported' WHERE entity = 'employees' AND action = 'lines_imported';
UPDATE events SET entity = 'reporting_line', action = CASE WHEN after IS NULL THEN 'removed' ELSE 'added' END,
    entity_id = entity_id || '/' || (coalesce(after, before) ->> 'manager')
WHERE entity = 'employee' AND action = 'line_changed';
UPDATE events SET entity = 'group_memberships', action = 'imported' WHERE entity = 'groups' AND action = 'members_imported';
UPDATE events SET entity = 'group_members', action = 'updated' WHERE entity = 'group' AND action = 'members_replaced';
UPDATE events SET entity = 'group_membership', action = substr(action, 8),
    entity_id = entity_id || '/' || (coalesce(after, before) -> 'member' ->> 'id')
WHERE entity = 'group' AND action IN ('member_added', 'member_updated', 'member_removed');

ALTER TABLE events DROP COLUMN version;
