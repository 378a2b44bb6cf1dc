-- One number per organization and per credential subject, raised by whatever changes their rights.
CREATE TABLE epochs (
    scope uuid NOT NULL PRIMARY KEY,
    epoch bigint NOT NULL
);

-- The audit log. Events of no organization are filed under the nil UUID.
CREATE TABLE events (
    organization_id uuid NOT NULL,
    event_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    actor_kind text NOT NULL,
    actor_id uuid,
    action text NOT NULL,
    entity text NOT NULL,
    entity_id text NOT NULL,
    before jsonb,
    after jsonb,
    PRIMARY KEY (organization_id, event_id)
);

-- Work promised in a transaction and done afterwards.
CREATE TABLE jobs (
    job_id uuid NOT NULL PRIMARY KEY,
    kind text NOT NULL,
    payload jsonb NOT NULL,
    run_at timestamptz NOT NULL,
    attempts integer NOT NULL,
    leased_by uuid,
    leased_until timestamptz,
    dead boolean NOT NULL,
    failure text,
    created_at timestamptz NOT NULL
);
CREATE INDEX jobs_due ON jobs (run_at, job_id);
