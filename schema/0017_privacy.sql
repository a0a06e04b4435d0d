-- Requests of people and platforms for data or for erasure, and what was done about them.

CREATE TABLE privacy_request (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    integration_id uuid NOT NULL,
    what text NOT NULL CHECK (what IN ('export', 'erase_customer', 'erase_store')),
    origin text NOT NULL CHECK (origin IN ('platform', 'person')),
    asked_by uuid,
    external_id text,
    code text,
    correlation_id uuid,
    subject jsonb,
    person bytea,
    people bytea[] NOT NULL DEFAULT '{}',
    state text NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'working', 'done', 'refused', 'failed')),
    reason text,
    step smallint NOT NULL DEFAULT 0,
    position text NOT NULL DEFAULT '',
    counts jsonb NOT NULL DEFAULT '{}',
    received_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    started_at timestamptz,
    done_at timestamptz,
    fetched_at timestamptz,
    PRIMARY KEY (store_id, id)
);
COMMENT ON TABLE privacy_request IS 'Who asked for a person''s data or for erasure, and what was done. After an erasure it holds no personal data.';
COMMENT ON COLUMN privacy_request.store_id IS 'the store';
COMMENT ON COLUMN privacy_request.id IS 'UUIDv7; of a platform''s request the id of its job';
COMMENT ON COLUMN privacy_request.integration_id IS 'whose data: nothing of other integrations is touched or told';
COMMENT ON COLUMN privacy_request.what IS 'export: the data of one person; erase_customer: the person; erase_store: everything of the integration';
COMMENT ON COLUMN privacy_request.origin IS 'platform: a delivery asked; person: an admin did';
COMMENT ON COLUMN privacy_request.asked_by IS 'token of the admin; null for a platform and for the command line';
COMMENT ON COLUMN privacy_request.external_id IS 'the platform''s own id of the request';
COMMENT ON COLUMN privacy_request.code IS 'of the page that shows what became of it; null: there is none';
COMMENT ON COLUMN privacy_request.correlation_id IS 'of the delivery or request behind it';
COMMENT ON COLUMN privacy_request.subject IS 'personal; {customer, orders}: ids of whom an export is about; null for erasures, and once the person was erased';
COMMENT ON COLUMN privacy_request.person IS 'keyed hash of the customer''s id; null for a store';
COMMENT ON COLUMN privacy_request.people IS 'keyed hashes of every id of the person while an erasure is under way';
COMMENT ON COLUMN privacy_request.state IS 'done without counts: nothing here concerned it; refused and failed say why';
COMMENT ON COLUMN privacy_request.reason IS 'a sentence for people';
COMMENT ON COLUMN privacy_request.step IS 'how far an erasure has come; saved with what the step erased';
COMMENT ON COLUMN privacy_request.position IS 'where the step goes on';
COMMENT ON COLUMN privacy_request.counts IS 'rows by table: erased, or found for an export';
COMMENT ON COLUMN privacy_request.received_at IS 'when it was received';
COMMENT ON COLUMN privacy_request.due_at IS 'when it has to be answered: 30 days later';
COMMENT ON COLUMN privacy_request.started_at IS 'when it was first worked at';
COMMENT ON COLUMN privacy_request.done_at IS 'when all was done';
COMMENT ON COLUMN privacy_request.fetched_at IS 'when the document of an export was last fetched';
CREATE INDEX privacy_request_code ON privacy_request (code) WHERE code IS NOT NULL;
SELECT souk_tenant('privacy_request', 'store_id', true);

ALTER TABLE answered_delivery ADD COLUMN correlation_id uuid;
CREATE INDEX answered_delivery_correlation ON answered_delivery (correlation_id);
COMMENT ON COLUMN answered_delivery.correlation_id IS 'of the request that delivered it: finds what became of it';

-- Whoever was erased stays erased: what a platform tells again of the person is left out.
ALTER TABLE customer ADD COLUMN erased_at timestamptz;
ALTER TABLE orders ADD COLUMN erased_at timestamptz;
COMMENT ON COLUMN customer.erased_at IS 'when the person was erased: no personal column is filled again';
COMMENT ON COLUMN orders.erased_at IS 'when its buyer was erased: no personal column is filled again; amounts and lines stay';

-- Guests have no customer: their orders are found by the address they left.
CREATE INDEX orders_guest ON orders (store_id, lower(email)) WHERE customer_external_id IS NULL AND email IS NOT NULL;

COMMENT ON COLUMN customer.tags IS 'personal; sorted';
COMMENT ON COLUMN orders.tags IS 'personal; sorted';
COMMENT ON COLUMN orders.note IS 'personal; buyer''s text: untrusted';
COMMENT ON COLUMN refund.note IS 'personal; untrusted text';
COMMENT ON COLUMN fulfilment.tracking_number IS 'personal: it leads to an address';
COMMENT ON COLUMN webhook.people IS 'keyed hashes of the ids of the people in it and of the orders it tells of, for erasure';
