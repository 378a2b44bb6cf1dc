ALTER TABLE groups ADD COLUMN description TEXT;
UPDATE groups SET description = profile ->> 'description', profile = json_remove(profile, '$.description') WHERE profile IS NOT NULL;
