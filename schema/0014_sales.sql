-- What is sold on a platform that keeps no stock goes off the stock of the platform that does.

CREATE TABLE stock_ledger (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    batch_id uuid NOT NULL,
    order_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    integration_id uuid NOT NULL,
    inventory_item_id text NOT NULL,
    location_external_id text NOT NULL,
    delta bigint NOT NULL CHECK (delta <> 0),
    state text NOT NULL CHECK (state IN ('planned', 'done', 'refused')),
    reason text,
    created_at timestamptz NOT NULL,
    settled_at timestamptz,
    PRIMARY KEY (store_id, id)
);
COMMENT ON TABLE stock_ledger IS 'Changes of stock that the hub asked a platform for. Written before the platform is called.';
COMMENT ON COLUMN stock_ledger.store_id IS 'the store';
COMMENT ON COLUMN stock_ledger.id IS 'UUIDv7';
COMMENT ON COLUMN stock_ledger.batch_id IS 'changes of one call; its key, so that a repeated call changes nothing';
COMMENT ON COLUMN stock_ledger.order_id IS 'the sale behind it';
COMMENT ON COLUMN stock_ledger.variant_id IS 'what was sold';
COMMENT ON COLUMN stock_ledger.integration_id IS 'where the stock is kept';
COMMENT ON COLUMN stock_ledger.inventory_item_id IS 'the item there';
COMMENT ON COLUMN stock_ledger.location_external_id IS 'the place there';
COMMENT ON COLUMN stock_ledger.delta IS 'units; below zero: sold';
COMMENT ON COLUMN stock_ledger.state IS 'planned: asked for, the answer is not known; refused: not made';
COMMENT ON COLUMN stock_ledger.reason IS 'why it was refused';
COMMENT ON COLUMN stock_ledger.created_at IS 'when it was planned';
COMMENT ON COLUMN stock_ledger.settled_at IS 'when the answer came';
CREATE INDEX stock_ledger_order ON stock_ledger (store_id, order_id);
CREATE INDEX stock_ledger_variant ON stock_ledger (store_id, variant_id, id DESC);
SELECT souk_tenant('stock_ledger');
