-- What failures lead to, what organisations chose, and what was posted.
-- +goose Up
ALTER TABLE deliveries ADD COLUMN refused BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE deliveries ADD COLUMN round INTEGER NOT NULL DEFAULT 0;
ALTER TABLE deliveries ADD COLUMN due_at BIGINT NOT NULL DEFAULT 0;
UPDATE deliveries SET due_at = scheduled_for;
ALTER TABLE outbox ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
CREATE INDEX schedules_chat ON schedules (tenant_key, chat_id, id);

CREATE TABLE digests (
    tenant_key  TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    card        TEXT NOT NULL,
    figures     TEXT NOT NULL,
    PRIMARY KEY (tenant_key, delivery_id)
);

CREATE TABLE pauses (
    tenant_key TEXT NOT NULL PRIMARY KEY,
    reason     TEXT NOT NULL,
    since      BIGINT NOT NULL,
    probe_at   BIGINT NOT NULL
);

CREATE TABLE settings (
    tenant_key TEXT NOT NULL PRIMARY KEY,
    settings   TEXT NOT NULL
);

CREATE TABLE calendar_years (
    tenant_key TEXT NOT NULL,
    year       INTEGER NOT NULL,
    days       TEXT NOT NULL,
    PRIMARY KEY (tenant_key, year)
);

CREATE TABLE platform_calls (
    tenant_key TEXT NOT NULL,
    month      TEXT NOT NULL,
    purpose    TEXT NOT NULL,
    calls      BIGINT NOT NULL,
    PRIMARY KEY (tenant_key, month, purpose)
);

-- +goose Down
DROP TABLE platform_calls;
DROP TABLE calendar_years;
DROP TABLE settings;
DROP TABLE pauses;
DROP TABLE digests;
DROP INDEX schedules_chat;
ALTER TABLE outbox DROP COLUMN outcome;
ALTER TABLE deliveries DROP COLUMN due_at;
ALTER TABLE deliveries DROP COLUMN round;
ALTER TABLE deliveries DROP COLUMN refused;
