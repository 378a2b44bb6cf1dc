DROP TABLE project_numbers;
DROP INDEX projects_by_number;
ALTER TABLE projects DROP COLUMN number;
