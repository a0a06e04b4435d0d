-- What is offered on platforms that a product did not come from, and where each offer stands.

ALTER TABLE integration ADD COLUMN publishing jsonb;
COMMENT ON COLUMN integration.publishing IS 'how products of the store are published there: {enabled, heal, link}; null: never asked for';

ALTER TABLE product_listing ADD COLUMN published boolean NOT NULL DEFAULT false;
ALTER TABLE product_listing ADD COLUMN publish_state text
    CHECK (publish_state IN ('pending', 'in_review', 'live', 'rejected', 'absent'));
ALTER TABLE product_listing ADD COLUMN publish_error text;
ALTER TABLE product_listing ADD COLUMN pushed_hash bytea;
ALTER TABLE product_listing ADD COLUMN pushed_at timestamptz;
COMMENT ON COLUMN product_listing.published IS 'the hub put it there: it keeps no product alive and leads none';
COMMENT ON COLUMN product_listing.publish_state IS 'where its offers stand, the worst of them; null: not published by the hub';
COMMENT ON COLUMN product_listing.publish_error IS 'why not live, in the platform''s words';
COMMENT ON COLUMN product_listing.pushed_hash IS 'of what was last taken by the platform, over its offers';
COMMENT ON COLUMN product_listing.pushed_at IS 'when that was';

CREATE TABLE offer (
    store_id uuid NOT NULL,
    integration_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    product_id uuid NOT NULL,
    external_id text NOT NULL,
    wanted_at timestamptz,
    not_before timestamptz,
    state text NOT NULL DEFAULT 'absent' CHECK (state IN ('pending', 'in_review', 'live', 'rejected', 'absent')),
    reason text,
    pushed_hash bytea,
    pushed_at timestamptz,
    batch_id uuid,
    batch_hash bytea,
    look_at timestamptz,
    looks integer NOT NULL DEFAULT 0,
    seen_at timestamptz,
    PRIMARY KEY (store_id, integration_id, variant_id),
    UNIQUE (store_id, integration_id, external_id)
);
COMMENT ON TABLE offer IS 'A variant as the hub offers it on one platform.';
COMMENT ON COLUMN offer.store_id IS 'the store';
COMMENT ON COLUMN offer.integration_id IS 'where';
COMMENT ON COLUMN offer.variant_id IS 'our variant';
COMMENT ON COLUMN offer.product_id IS 'its product';
COMMENT ON COLUMN offer.external_id IS 'its id there: the variant''s id';
COMMENT ON COLUMN offer.wanted_at IS 'something changed since: to be compared and pushed; null: nothing to do';
COMMENT ON COLUMN offer.not_before IS 'not to be pushed before; null: at once';
COMMENT ON COLUMN offer.state IS 'where it stands there';
COMMENT ON COLUMN offer.reason IS 'why not live';
COMMENT ON COLUMN offer.pushed_hash IS 'of what the platform last took; null: nothing; empty: withdrawn; one zero byte: it has something else';
COMMENT ON COLUMN offer.pushed_at IS 'when it took it';
COMMENT ON COLUMN offer.batch_id IS 'in hand: the batch it was handed over in';
COMMENT ON COLUMN offer.batch_hash IS 'of what was handed over in that batch';
COMMENT ON COLUMN offer.look_at IS 'when to ask where it stands; null: not asked by itself';
COMMENT ON COLUMN offer.looks IS 'how often that was asked since it was pushed';
COMMENT ON COLUMN offer.seen_at IS 'start of the last comparison that found it there';
CREATE INDEX offer_wanted ON offer (store_id, integration_id, wanted_at) WHERE wanted_at IS NOT NULL;
CREATE INDEX offer_batch_of ON offer (store_id, batch_id) WHERE batch_id IS NOT NULL;
CREATE INDEX offer_look ON offer (store_id, integration_id, look_at) WHERE look_at IS NOT NULL;
CREATE INDEX offer_product ON offer (store_id, product_id);
SELECT souk_tenant('offer');

CREATE TABLE offer_batch (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    integration_id uuid NOT NULL,
    ticket text,
    handed_at timestamptz NOT NULL,
    poll_at timestamptz NOT NULL,
    polls integer NOT NULL DEFAULT 0,
    PRIMARY KEY (store_id, id)
);
COMMENT ON TABLE offer_batch IS 'A batch in the platform''s hands. Written before the platform is called; gone when all is known.';
COMMENT ON COLUMN offer_batch.store_id IS 'the store';
COMMENT ON COLUMN offer_batch.id IS 'UUIDv7; the key of the call';
COMMENT ON COLUMN offer_batch.integration_id IS 'where';
COMMENT ON COLUMN offer_batch.ticket IS 'what to ask for; null: the answer never came, the platform is looked at instead';
COMMENT ON COLUMN offer_batch.handed_at IS 'when it was handed over';
COMMENT ON COLUMN offer_batch.poll_at IS 'when to ask next';
COMMENT ON COLUMN offer_batch.polls IS 'how often it was asked for';
CREATE INDEX offer_batch_due ON offer_batch (store_id, integration_id, poll_at);
SELECT souk_tenant('offer_batch');

CREATE TABLE publish_position (
    store_id uuid NOT NULL,
    integration_id uuid NOT NULL,
    xid xid8 NOT NULL,
    change_id uuid NOT NULL,
    due_at timestamptz,
    pace_at timestamptz,
    pause_until timestamptz,
    retry_at timestamptz,
    failures integer NOT NULL DEFAULT 0,
    error text,
    reconciled_at timestamptz,
    drift jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (store_id, integration_id)
);
COMMENT ON TABLE publish_position IS 'How far an integration''s publishing has read the change feed, and what it is to do next.';
COMMENT ON COLUMN publish_position.store_id IS 'the store';
COMMENT ON COLUMN publish_position.integration_id IS 'which integration';
COMMENT ON COLUMN publish_position.xid IS 'the last change''s transaction';
COMMENT ON COLUMN publish_position.change_id IS 'the last change';
COMMENT ON COLUMN publish_position.due_at IS 'when something is to be done even if nothing changes; null: nothing is';
COMMENT ON COLUMN publish_position.pace_at IS 'pace of batches: the theoretical arrival time of the next one (GCRA)';
COMMENT ON COLUMN publish_position.pause_until IS 'the platform wants no batch before';
COMMENT ON COLUMN publish_position.retry_at IS 'nothing is done before: the last turn failed; null: it did not';
COMMENT ON COLUMN publish_position.failures IS 'turns in a row that failed';
COMMENT ON COLUMN publish_position.error IS 'why the last one did';
COMMENT ON COLUMN publish_position.reconciled_at IS 'when the whole catalogue there was last compared';
COMMENT ON COLUMN publish_position.drift IS 'what that found: {shown, missing, different, unknown, unreadable, examples}';
SELECT souk_tenant('publish_position');
-- Whose turn it is, is asked over all stores.
GRANT SELECT ON publish_position TO souk_worker;
CREATE POLICY worker_reads ON publish_position FOR SELECT TO souk_worker USING (true);
