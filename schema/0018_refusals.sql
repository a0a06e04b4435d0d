-- What more tries seldom mend is tried three times by itself: tries that a dead host or a platform in trouble cost before
-- are no reason to give up at the first answer that cannot be read.

ALTER TABLE job ADD COLUMN refusals integer NOT NULL DEFAULT 0;
COMMENT ON COLUMN job.refusals IS 'tries that ended with a definite answer (unreadable, rejected, unknown); third time dead';
