-- What lists and clean-up look for, in a million deliveries and more.
-- +goose Up
DROP INDEX deliveries_tenant;
CREATE INDEX deliveries_tenant ON deliveries (tenant_key, scheduled_for, id);
DROP INDEX deliveries_schedule;
CREATE INDEX deliveries_schedule ON deliveries (tenant_key, schedule_id, scheduled_for, id);
CREATE INDEX deliveries_chat ON deliveries (tenant_key, chat_id, scheduled_for, id);
CREATE INDEX deliveries_status ON deliveries (tenant_key, status, scheduled_for, id);
CREATE INDEX deliveries_finished ON deliveries (finished_at) WHERE finished_at > 0;
DROP INDEX outbox_finished;
CREATE INDEX outbox_finished ON outbox (finished_at) WHERE finished_at > 0;
CREATE INDEX idempotency_keys_created_at ON idempotency_keys (created_at);

-- +goose Down
DROP INDEX idempotency_keys_created_at;
DROP INDEX outbox_finished;
CREATE INDEX outbox_finished ON outbox (finished_at);
DROP INDEX deliveries_finished;
DROP INDEX deliveries_status;
DROP INDEX deliveries_chat;
DROP INDEX deliveries_schedule;
CREATE INDEX deliveries_schedule ON deliveries (schedule_id, id);
DROP INDEX deliveries_tenant;
CREATE INDEX deliveries_tenant ON deliveries (tenant_key, id);
