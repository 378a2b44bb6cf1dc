-- How far an import of a file into an organization has come; the file is known by the digest of its content.
CREATE TABLE checkpoints (
    organization_id uuid NOT NULL,
    source bytea NOT NULL,
    position bigint NOT NULL,
    PRIMARY KEY (organization_id, source)
);
