-- How far an import of a file into an organization has come; the file is known by the digest of its content.
CREATE TABLE checkpoints (
    organization_id BLOB NOT NULL,
    source BLOB NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (organization_id, source)
) STRICT, WITHOUT ROWID;
