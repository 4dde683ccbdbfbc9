-- Who waits to send, so that digests go out in order of due time.
-- +goose Up
CREATE TABLE send_turns (
    tenant_key TEXT NOT NULL,
    id         TEXT NOT NULL,
    due_at     BIGINT NOT NULL,
    wakes_at   BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL,
    PRIMARY KEY (tenant_key, id)
);
CREATE INDEX send_turns_due ON send_turns (tenant_key, due_at);

-- +goose Down
DROP TABLE send_turns;
