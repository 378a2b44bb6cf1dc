-- Sessions of people at a browser, found by a keyed hash of their secret. Global: an account is of no organization.
CREATE TABLE sessions (
    session_id uuid NOT NULL,
    account_id uuid NOT NULL,
    digest bytea NOT NULL,
    -- what was shown, as a set of bits
    methods bigint NOT NULL,
    -- the connection that vouched for the person; NULL where none did
    connection_id uuid,
    network text,
    program text,
    created_at timestamptz NOT NULL,
    auth_time timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    version bigint NOT NULL,
    PRIMARY KEY (session_id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
);
CREATE UNIQUE INDEX sessions_by_digest ON sessions (digest);
CREATE INDEX sessions_of ON sessions (account_id, session_id);
CREATE INDEX sessions_by_connection ON sessions (connection_id) WHERE connection_id IS NOT NULL;
CREATE INDEX sessions_ending ON sessions (expires_at);
CREATE INDEX sessions_idling ON sessions (last_used_at);
