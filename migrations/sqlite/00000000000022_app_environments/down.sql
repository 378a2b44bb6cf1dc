ALTER TABLE apps DROP COLUMN environments;
