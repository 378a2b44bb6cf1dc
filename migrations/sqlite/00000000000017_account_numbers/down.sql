DROP INDEX accounts_by_number;
ALTER TABLE accounts DROP COLUMN number;
