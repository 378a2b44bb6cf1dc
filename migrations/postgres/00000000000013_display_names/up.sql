-- Parameters that programs set for an organization: as they are shown, and sealed where they are secret.
ALTER TABLE organizations ADD COLUMN parameters jsonb;
ALTER TABLE organizations ADD COLUMN secret_parameters bytea;

-- How many organizations people read each name of, in lower case. Global: a name is asked for over all organizations.
CREATE TABLE display_names (
    name text NOT NULL,
    organizations bigint NOT NULL,
    PRIMARY KEY (name)
);
INSERT INTO display_names (name, organizations) SELECT lower(name), count(*) FROM organizations GROUP BY lower(name);
