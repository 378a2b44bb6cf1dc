-- Parameters that programs set for an organization: as they are shown, and sealed where they are secret.
ALTER TABLE organizations ADD COLUMN parameters TEXT;
ALTER TABLE organizations ADD COLUMN secret_parameters BLOB;

-- How many organizations people read each name of, in lower case. Global: a name is asked for over all organizations.
CREATE TABLE display_names (
    name TEXT NOT NULL,
    organizations INTEGER NOT NULL,
    PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
INSERT INTO display_names (name, organizations) SELECT lower(name), count(*) FROM organizations GROUP BY lower(name);
