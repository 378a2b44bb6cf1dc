-- How often something was done lately: the instants that still count, and until when any of them does.
CREATE TABLE tallies (
    scope uuid NOT NULL PRIMARY KEY,
    instants jsonb NOT NULL,
    until timestamptz NOT NULL
);
CREATE INDEX tallies_until ON tallies (until);

-- How many organizations there are by one founder.
CREATE INDEX organizations_of_founder ON organizations (created_by) WHERE created_by IS NOT NULL;
