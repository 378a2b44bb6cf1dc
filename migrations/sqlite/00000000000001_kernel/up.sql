-- One number per organization and per credential subject, raised by whatever changes their rights.
CREATE TABLE epochs (
    scope BLOB NOT NULL PRIMARY KEY,
    epoch INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The audit log. Events of no organization are filed under the nil UUID.
CREATE TABLE events (
    organization_id BLOB NOT NULL,
    event_id BLOB NOT NULL,
    occurred_at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id BLOB,
    action TEXT NOT NULL,
    entity TEXT NOT NULL,
    entity_id TEXT NOT NULL,
    before TEXT,
    after TEXT,
    PRIMARY KEY (organization_id, event_id)
) STRICT, WITHOUT ROWID;

-- Work promised in a transaction and done afterwards.
CREATE TABLE jobs (
    job_id BLOB NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    payload TEXT NOT NULL,
    run_at INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    leased_by BLOB,
    leased_until INTEGER,
    dead INTEGER NOT NULL,
    failure TEXT,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX jobs_due ON jobs (run_at, job_id);
