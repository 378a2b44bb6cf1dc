-- The description stands where the icon does: a profile is one document, and a new fact of it needs no column.
UPDATE groups SET profile = json_set(coalesce(profile, '{}'), '$.description', description) WHERE description IS NOT NULL;
ALTER TABLE groups DROP COLUMN description;
