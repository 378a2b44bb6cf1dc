-- By which schema of its type an event is written; 0 for those from before there was a catalogue of types, which follow none.
ALTER TABLE events ADD COLUMN version INTEGER NOT NULL DEFAULT 0;

-- The words of the catalogue. What happens to a thing's part is told of the thing: its id is the thing's, the part is in the record.
UPDATE events SET entity = 'group', action = 'member_' || action, entity_id = substr(entity_id, 1, 36)
WHERE entity = 'group_membership' AND action IN ('added', 'updated', 'removed');
UPDATE events SET entity = 'group', action = 'members_replaced' WHERE entity = 'group_members' AND action = 'updated';
UPDATE events SET entity = 'groups', action = 'members_imported' WHERE entity = 'group_memberships' AND action = 'imported';
UPDATE events SET entity = 'employee', action = 'line_changed', entity_id = substr(entity_id, 1, 36)
WHERE entity = 'reporting_line' AND action IN ('added', 'removed');
UPDATE events SET entity = 'employees', action = 'lines_imported' WHERE entity = 'reporting_lines' AND action = 'imported';
UPDATE events SET action = 'deleted' WHERE entity IN ('group', 'client') AND action = 'removed';
