-- What may be on a platform although its answer never came, and sales that wait for who keeps the stock.

COMMENT ON COLUMN offer.pushed_hash IS 'of what the platform last took; null: nothing; empty: withdrawn; one byte of zero: it has something else; of one: perhaps it has something';

-- Asked when a keeper is connected again.
CREATE INDEX stock_ledger_planned ON stock_ledger (store_id, integration_id) WHERE state = 'planned';
