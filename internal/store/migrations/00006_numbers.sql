-- What a conversation needs: who manages a chat, when the admins were asked
-- about it, and a small number for each of its schedules. manager_ids are
-- separated by commas, which no open_id holds.
-- +goose Up
ALTER TABLE chats ADD COLUMN manager_ids TEXT NOT NULL DEFAULT '';
ALTER TABLE chats ADD COLUMN access_asked_at BIGINT NOT NULL DEFAULT 0;

ALTER TABLE schedules ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
UPDATE schedules SET number = (SELECT count(*) FROM schedules AS other
    WHERE other.tenant_key = schedules.tenant_key AND other.chat_id = schedules.chat_id
        AND (other.created_at < schedules.created_at
            OR other.created_at = schedules.created_at AND other.id <= schedules.id));
CREATE UNIQUE INDEX schedules_number ON schedules (tenant_key, chat_id, number);

-- The highest number given so far, so that a deleted schedule's is not given to
-- another one.
CREATE TABLE schedule_numbers (
    tenant_key TEXT NOT NULL,
    chat_id    TEXT NOT NULL,
    highest    INTEGER NOT NULL,
    PRIMARY KEY (tenant_key, chat_id)
);
INSERT INTO schedule_numbers (tenant_key, chat_id, highest)
    SELECT tenant_key, chat_id, max(number) FROM schedules GROUP BY tenant_key, chat_id;

-- +goose Down
DROP TABLE schedule_numbers;
DROP INDEX schedules_number;
ALTER TABLE schedules DROP COLUMN number;
ALTER TABLE chats DROP COLUMN access_asked_at;
ALTER TABLE chats DROP COLUMN manager_ids;
