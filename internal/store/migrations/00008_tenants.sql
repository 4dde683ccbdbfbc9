-- Store apps: the app_ticket that their tokens are made from, and whether they
-- work in a tenant.
-- +goose Up
CREATE TABLE app_ticket (
    id        INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    ticket    TEXT NOT NULL,
    issued_at BIGINT NOT NULL
);
ALTER TABLE tenants ADD COLUMN state TEXT NOT NULL DEFAULT 'active';
ALTER TABLE tenants ADD COLUMN reason TEXT NOT NULL DEFAULT '';
ALTER TABLE tenants ADD COLUMN since BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE tenants DROP COLUMN since;
ALTER TABLE tenants DROP COLUMN reason;
ALTER TABLE tenants DROP COLUMN state;
DROP TABLE app_ticket;
