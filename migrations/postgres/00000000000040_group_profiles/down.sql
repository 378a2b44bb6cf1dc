ALTER TABLE groups ADD COLUMN description text;
UPDATE groups SET description = profile ->> 'description', profile = profile - 'description' WHERE profile IS NOT NULL;
