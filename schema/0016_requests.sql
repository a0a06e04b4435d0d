-- Whoever repeats a request whose answer was lost with its host means the same message.

ALTER TABLE message ADD COLUMN request_key text;
COMMENT ON COLUMN message.request_key IS 'token and Idempotency-Key of the request that asked for it; kept for a day, as the answer to it is';
CREATE UNIQUE INDEX message_request ON message (store_id, request_key) WHERE request_key IS NOT NULL;
