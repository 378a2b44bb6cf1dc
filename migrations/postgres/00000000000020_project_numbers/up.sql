-- A random number of 53 bits for each project, for callers whose ids are integers.
ALTER TABLE projects ADD COLUMN number bigint NOT NULL DEFAULT 0;
UPDATE projects SET number = ('x' || substr(md5(gen_random_uuid()::text), 1, 14))::bit(56)::bigint & 9007199254740991;
CREATE UNIQUE INDEX projects_by_number ON projects (organization_id, number);

-- The numbers that are taken. Global: a number is one project's over all organizations.
CREATE TABLE project_numbers (
    number bigint NOT NULL,
    organization_id uuid NOT NULL,
    project_id uuid NOT NULL,
    PRIMARY KEY (number)
);
CREATE INDEX project_numbers_of ON project_numbers (organization_id, project_id);
INSERT INTO project_numbers (number, organization_id, project_id) SELECT number, organization_id, project_id FROM projects;
