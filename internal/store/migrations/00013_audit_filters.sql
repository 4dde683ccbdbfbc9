-- The audit log by actor and by object. Actions are few and each has many entries,
-- so that those of one are found soon among the newest.
-- +goose Up
CREATE INDEX audit_actor ON audit (tenant_key, actor, id);
CREATE INDEX audit_object ON audit (tenant_key, object, id);

-- +goose Down
DROP INDEX audit_object;
DROP INDEX audit_actor;
