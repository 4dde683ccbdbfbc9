-- Which press of a card is the newest, so that a slow answer to an older one
-- does not take its place.
-- +goose Up
CREATE TABLE presses (
    tenant_key TEXT NOT NULL,
    message_id TEXT NOT NULL,
    event_id   TEXT NOT NULL,
    pressed_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_key, message_id)
);
CREATE INDEX presses_age ON presses (pressed_at);

-- +goose Down
DROP TABLE presses;
