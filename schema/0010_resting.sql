-- When a lane is due whose events all rest after a failure. Events that never failed are not in it.

CREATE INDEX webhook_resting ON webhook (integration_id, next_attempt_at) WHERE state = 'waiting' AND next_attempt_at IS NOT NULL;
