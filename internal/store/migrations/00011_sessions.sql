-- Who is signed in on the admin's page. What is kept of a session does not open
-- it: its id is hashed, and the proof that its token still counts needs the id.
-- +goose Up
CREATE TABLE sessions (
    id_hash    TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    proof      TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_expires_at ON sessions (expires_at);

-- +goose Down
DROP TABLE sessions;
