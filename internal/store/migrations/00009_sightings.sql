-- When an event of each type was last seen, to tell what is not subscribed to.
-- +goose Up
CREATE TABLE event_sightings (
    tenant_key TEXT NOT NULL,
    event_type TEXT NOT NULL,
    seen_at    BIGINT NOT NULL,
    PRIMARY KEY (tenant_key, event_type)
);

-- +goose Down
DROP TABLE event_sightings;
