DROP TABLE display_names;
ALTER TABLE organizations DROP COLUMN secret_parameters;
ALTER TABLE organizations DROP COLUMN parameters;
