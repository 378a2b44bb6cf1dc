-- Sessions of people at a browser, found by a keyed hash of their secret. Global: an account is of no organization.
CREATE TABLE sessions (
    session_id BLOB NOT NULL,
    account_id BLOB NOT NULL,
    digest BLOB NOT NULL,
    -- what was shown, as a set of bits
    methods INTEGER NOT NULL,
    -- the connection that vouched for the person; NULL where none did
    connection_id BLOB,
    network TEXT,
    program TEXT,
    created_at INTEGER NOT NULL,
    auth_time INTEGER NOT NULL,
    last_used_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (session_id),
    FOREIGN KEY (account_id) REFERENCES accounts (account_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX sessions_by_digest ON sessions (digest);
CREATE INDEX sessions_of ON sessions (account_id, session_id);
CREATE INDEX sessions_by_connection ON sessions (connection_id) WHERE connection_id IS NOT NULL;
CREATE INDEX sessions_ending ON sessions (expires_at);
CREATE INDEX sessions_idling ON sessions (last_used_at);
