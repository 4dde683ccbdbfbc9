-- Instants are milliseconds since 1970, 0 for never. Dates are YYYY-MM-DD.
-- +goose Up
CREATE TABLE tenants (
    tenant_key TEXT NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL,
    own        BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE seen_ids (
    tenant_key TEXT NOT NULL,
    id         TEXT NOT NULL,
    seen_at    BIGINT NOT NULL,
    PRIMARY KEY (tenant_key, id)
);
CREATE INDEX seen_ids_seen_at ON seen_ids (seen_at);

CREATE TABLE chats (
    tenant_key   TEXT NOT NULL,
    chat_id      TEXT NOT NULL,
    name         TEXT NOT NULL,
    chat_mode    TEXT NOT NULL,
    owner_id     TEXT NOT NULL,
    person_id    TEXT NOT NULL,
    external     BOOLEAN NOT NULL,
    state        TEXT NOT NULL,
    access       TEXT NOT NULL,
    locale       TEXT NOT NULL,
    timezone     TEXT NOT NULL,
    unit         TEXT NOT NULL,
    looked_up_at BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant_key, chat_id)
);

CREATE TABLE daily_reports (
    tenant_key               TEXT NOT NULL,
    unit                     TEXT NOT NULL,
    date                     TEXT NOT NULL,
    has_row                  BOOLEAN NOT NULL,
    meeting_count            BIGINT NOT NULL,
    meeting_duration_seconds BIGINT NOT NULL,
    participant_count        BIGINT NOT NULL,
    fetched_at               BIGINT NOT NULL,
    PRIMARY KEY (tenant_key, unit, date)
);

-- What a day was before the platform corrected it.
CREATE TABLE daily_report_revisions (
    tenant_key               TEXT NOT NULL,
    unit                     TEXT NOT NULL,
    date                     TEXT NOT NULL,
    has_row                  BOOLEAN NOT NULL,
    meeting_count            BIGINT NOT NULL,
    meeting_duration_seconds BIGINT NOT NULL,
    participant_count        BIGINT NOT NULL,
    fetched_at               BIGINT NOT NULL,
    PRIMARY KEY (tenant_key, unit, date, fetched_at)
);

CREATE TABLE schedules (
    id              TEXT NOT NULL PRIMARY KEY,
    tenant_key      TEXT NOT NULL,
    name            TEXT NOT NULL,
    chat_id         TEXT NOT NULL,
    cron            TEXT NOT NULL,
    on_days         TEXT NOT NULL,
    timezone        TEXT NOT NULL,
    period          TEXT NOT NULL,
    compare         TEXT NOT NULL,
    unit            TEXT NOT NULL,
    locale          TEXT NOT NULL,
    title           TEXT NOT NULL,
    note            TEXT NOT NULL,
    skip_if_empty   BOOLEAN NOT NULL,
    enabled         BOOLEAN NOT NULL,
    paused_until    TEXT NOT NULL,
    disabled_reason TEXT NOT NULL,
    next_run_at     BIGINT NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE INDEX schedules_tenant ON schedules (tenant_key, id);
CREATE INDEX schedules_due ON schedules (next_run_at) WHERE enabled AND next_run_at > 0;

CREATE TABLE deliveries (
    id            TEXT NOT NULL PRIMARY KEY,
    tenant_key    TEXT NOT NULL,
    schedule_id   TEXT NOT NULL,
    chat_id       TEXT NOT NULL,
    scheduled_for BIGINT NOT NULL,
    manual        BOOLEAN NOT NULL,
    status        TEXT NOT NULL,
    attempts      INTEGER NOT NULL,
    message_id    TEXT NOT NULL,
    reason        TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    finished_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX deliveries_slot ON deliveries (schedule_id, scheduled_for) WHERE NOT manual;
CREATE INDEX deliveries_tenant ON deliveries (tenant_key, id);
CREATE INDEX deliveries_schedule ON deliveries (schedule_id, id);

CREATE TABLE idempotency_keys (
    tenant_key  TEXT NOT NULL,
    schedule_id TEXT NOT NULL,
    key         TEXT NOT NULL,
    delivery_id TEXT NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (tenant_key, schedule_id, key)
);

CREATE TABLE outbox (
    tenant_key    TEXT NOT NULL,
    id            TEXT NOT NULL,
    chat_id       TEXT NOT NULL,
    reply_to      TEXT NOT NULL,
    class         TEXT NOT NULL,
    due_at        BIGINT NOT NULL,
    rungs         TEXT NOT NULL,
    state         TEXT NOT NULL,
    rung          INTEGER NOT NULL,
    attempts      INTEGER NOT NULL,
    unknown_since BIGINT NOT NULL,
    message_id    TEXT NOT NULL,
    working       BOOLEAN NOT NULL,
    reason        TEXT NOT NULL,
    created_at    BIGINT NOT NULL,
    finished_at   BIGINT NOT NULL,
    PRIMARY KEY (tenant_key, id)
);
CREATE INDEX outbox_finished ON outbox (finished_at);

CREATE TABLE send_slots (
    tenant_key TEXT NOT NULL,
    chat_id    TEXT NOT NULL,
    class      TEXT NOT NULL,
    taken_at   BIGINT NOT NULL
);
CREATE INDEX send_slots_tenant ON send_slots (tenant_key, taken_at);
CREATE INDEX send_slots_chat ON send_slots (tenant_key, chat_id, taken_at);

CREATE TABLE command_slots (
    tenant_key TEXT NOT NULL,
    open_id    TEXT NOT NULL,
    chat_id    TEXT NOT NULL,
    taken_at   BIGINT NOT NULL
);
CREATE INDEX command_slots_taken ON command_slots (tenant_key, taken_at);

CREATE TABLE audit (
    id         INTEGER PRIMARY KEY,
    tenant_key TEXT NOT NULL,
    at         BIGINT NOT NULL,
    actor      TEXT NOT NULL,
    action     TEXT NOT NULL,
    object     TEXT NOT NULL,
    before     TEXT NOT NULL,
    after      TEXT NOT NULL
);
CREATE INDEX audit_tenant ON audit (tenant_key, id);

-- +goose Down
DROP TABLE audit;
DROP TABLE command_slots;
DROP TABLE send_slots;
DROP TABLE outbox;
DROP TABLE idempotency_keys;
DROP TABLE deliveries;
DROP TABLE schedules;
DROP TABLE daily_report_revisions;
DROP TABLE daily_reports;
DROP TABLE chats;
DROP TABLE seen_ids;
DROP TABLE tenants;
