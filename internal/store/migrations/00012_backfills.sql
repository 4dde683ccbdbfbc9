-- Fillings of the archive that somebody asked for, and how far they have come.
-- Ids are in order of time.
-- +goose Up
CREATE TABLE backfills (
    tenant_key  TEXT NOT NULL,
    id          TEXT NOT NULL,
    unit        TEXT NOT NULL,
    from_date   TEXT NOT NULL,
    to_date     TEXT NOT NULL,
    status      TEXT NOT NULL,
    next_date   TEXT NOT NULL,
    days_done   INTEGER NOT NULL,
    days_total  INTEGER NOT NULL,
    reason      TEXT NOT NULL,
    created_by  TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    finished_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_key, id)
);

-- +goose Down
DROP TABLE backfills;
