-- What the lists of the admin's page look for: a status within a chat or a
-- schedule, a chat within a schedule that moved there, and which schedules are
-- paused until a date.
-- +goose Up
DROP INDEX deliveries_schedule;
CREATE INDEX deliveries_schedule ON deliveries (tenant_key, schedule_id, scheduled_for, id, chat_id);
CREATE INDEX deliveries_schedule_status ON deliveries (tenant_key, schedule_id, status, scheduled_for, id, chat_id);
CREATE INDEX deliveries_chat_status ON deliveries (tenant_key, chat_id, status, scheduled_for, id);
CREATE INDEX schedules_paused ON schedules (tenant_key, timezone) WHERE paused_until <> '';

-- +goose Down
DROP INDEX schedules_paused;
DROP INDEX deliveries_chat_status;
DROP INDEX deliveries_schedule_status;
DROP INDEX deliveries_schedule;
CREATE INDEX deliveries_schedule ON deliveries (tenant_key, schedule_id, scheduled_for, id);
