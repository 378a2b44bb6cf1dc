DROP TABLE active_projects;
DROP TABLE project_key_lookups;
DROP TABLE project_keys;
DROP TABLE project_members;
DROP TABLE projects;
