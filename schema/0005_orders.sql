-- Customers and orders. Money: minor units beside their ISO 4217 code, shop's and buyer's.

CREATE TABLE customer (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    integration_id uuid NOT NULL,
    external_id text NOT NULL,
    email text,
    phone text,
    first_name text,
    last_name text,
    locale text,
    state text,
    tags text[] NOT NULL DEFAULT '{}',
    default_address jsonb,
    platform_created_at timestamptz,
    content_hash bytea,
    source_version timestamptz,
    deleted_version timestamptz,
    deleted_at timestamptz,
    extra text COMPRESSION lz4 NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    synced_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (store_id, id),
    UNIQUE (store_id, integration_id, external_id)
);
COMMENT ON TABLE customer IS 'A buyer as one platform knows them.';
COMMENT ON COLUMN customer.store_id IS 'the store';
COMMENT ON COLUMN customer.id IS 'UUIDv7';
COMMENT ON COLUMN customer.integration_id IS 'by which account';
COMMENT ON COLUMN customer.external_id IS 'the platform''s id';
COMMENT ON COLUMN customer.email IS 'personal; null if none';
COMMENT ON COLUMN customer.phone IS 'personal; null if none';
COMMENT ON COLUMN customer.first_name IS 'personal; null if none';
COMMENT ON COLUMN customer.last_name IS 'personal; null if none';
COMMENT ON COLUMN customer.locale IS 'language tag; null if none';
COMMENT ON COLUMN customer.state IS 'the platform''s word';
COMMENT ON COLUMN customer.tags IS 'sorted';
COMMENT ON COLUMN customer.default_address IS 'personal; unified address';
COMMENT ON COLUMN customer.platform_created_at IS 'when the platform says they came';
COMMENT ON COLUMN customer.content_hash IS 'of the unified fields; null for a tombstone that came first';
COMMENT ON COLUMN customer.source_version IS 'the platform''s stamp';
COMMENT ON COLUMN customer.deleted_version IS 'stamp of the deletion';
COMMENT ON COLUMN customer.deleted_at IS 'tombstone';
COMMENT ON COLUMN customer.extra IS 'the platform''s own bytes; personal';
COMMENT ON COLUMN customer.created_at IS 'when it came to the hub';
COMMENT ON COLUMN customer.updated_at IS 'last change here';
COMMENT ON COLUMN customer.synced_at IS 'last time it was seen';
COMMENT ON COLUMN customer.version IS 'grows with every change; the ETag';
CREATE INDEX customer_updated ON customer (store_id, updated_at, id);
CREATE INDEX customer_email ON customer (store_id, lower(email)) WHERE email IS NOT NULL;
SELECT souk_tenant('customer');

CREATE TABLE orders (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    integration_id uuid NOT NULL,
    external_id text NOT NULL,
    name text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT '',
    financial_status text NOT NULL DEFAULT '',
    fulfilment_status text NOT NULL DEFAULT '',
    customer_external_id text,
    email text,
    phone text,
    currency text,
    total_minor bigint,
    current_total_minor bigint,
    subtotal_minor bigint,
    tax_minor bigint,
    shipping_minor bigint,
    discount_minor bigint,
    presentment_currency text,
    presentment_total_minor bigint,
    presentment_current_total_minor bigint,
    presentment_subtotal_minor bigint,
    presentment_tax_minor bigint,
    presentment_shipping_minor bigint,
    presentment_discount_minor bigint,
    taxes_included boolean NOT NULL DEFAULT false,
    test boolean NOT NULL DEFAULT false,
    tags text[] NOT NULL DEFAULT '{}',
    note text NOT NULL DEFAULT '',
    cancel_reason text NOT NULL DEFAULT '',
    shipping_address jsonb,
    billing_address jsonb,
    placed_at timestamptz,
    cancelled_at timestamptz,
    closed_at timestamptz,
    content_hash bytea,
    source_version timestamptz,
    deleted_version timestamptz,
    deleted_at timestamptz,
    extra text COMPRESSION lz4 NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    synced_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (store_id, id),
    UNIQUE (store_id, integration_id, external_id)
);
COMMENT ON TABLE orders IS 'An order as its platform holds it.';
COMMENT ON COLUMN orders.store_id IS 'the store';
COMMENT ON COLUMN orders.id IS 'UUIDv7';
COMMENT ON COLUMN orders.integration_id IS 'by which account';
COMMENT ON COLUMN orders.external_id IS 'the platform''s id';
COMMENT ON COLUMN orders.name IS 'what people call it, "#1001"';
COMMENT ON COLUMN orders.status IS 'open, closed, cancelled';
COMMENT ON COLUMN orders.financial_status IS 'the platform''s word, lower case';
COMMENT ON COLUMN orders.fulfilment_status IS 'unfulfilled, partial, fulfilled, restocked';
COMMENT ON COLUMN orders.customer_external_id IS 'null for guests';
COMMENT ON COLUMN orders.email IS 'personal';
COMMENT ON COLUMN orders.phone IS 'personal';
COMMENT ON COLUMN orders.currency IS 'ISO 4217 of the shop amounts';
COMMENT ON COLUMN orders.total_minor IS 'as ordered';
COMMENT ON COLUMN orders.current_total_minor IS 'after edits and refunds';
COMMENT ON COLUMN orders.subtotal_minor IS 'goods';
COMMENT ON COLUMN orders.tax_minor IS 'taxes';
COMMENT ON COLUMN orders.shipping_minor IS 'shipping';
COMMENT ON COLUMN orders.discount_minor IS 'discounts';
COMMENT ON COLUMN orders.presentment_currency IS 'ISO 4217 of what the buyer saw';
COMMENT ON COLUMN orders.presentment_total_minor IS 'as ordered';
COMMENT ON COLUMN orders.presentment_current_total_minor IS 'after edits and refunds';
COMMENT ON COLUMN orders.presentment_subtotal_minor IS 'goods';
COMMENT ON COLUMN orders.presentment_tax_minor IS 'taxes';
COMMENT ON COLUMN orders.presentment_shipping_minor IS 'shipping';
COMMENT ON COLUMN orders.presentment_discount_minor IS 'discounts';
COMMENT ON COLUMN orders.taxes_included IS 'prices contain the tax';
COMMENT ON COLUMN orders.test IS 'not a real sale';
COMMENT ON COLUMN orders.tags IS 'sorted';
COMMENT ON COLUMN orders.note IS 'buyer''s text: untrusted';
COMMENT ON COLUMN orders.cancel_reason IS 'the platform''s word';
COMMENT ON COLUMN orders.shipping_address IS 'personal; unified address';
COMMENT ON COLUMN orders.billing_address IS 'personal; unified address';
COMMENT ON COLUMN orders.placed_at IS 'when the buyer ordered';
COMMENT ON COLUMN orders.cancelled_at IS 'when it was cancelled';
COMMENT ON COLUMN orders.closed_at IS 'when it was closed';
COMMENT ON COLUMN orders.content_hash IS 'of the unified fields with lines, refunds and fulfilments; null for a tombstone that came first';
COMMENT ON COLUMN orders.source_version IS 'the platform''s stamp';
COMMENT ON COLUMN orders.deleted_version IS 'stamp of the deletion';
COMMENT ON COLUMN orders.deleted_at IS 'tombstone';
COMMENT ON COLUMN orders.extra IS 'the platform''s own bytes; personal';
COMMENT ON COLUMN orders.created_at IS 'when it came to the hub';
COMMENT ON COLUMN orders.updated_at IS 'last change here';
COMMENT ON COLUMN orders.synced_at IS 'last time it was seen';
COMMENT ON COLUMN orders.version IS 'grows with every change; the ETag';
CREATE INDEX orders_updated ON orders (store_id, updated_at, id);
CREATE INDEX orders_placed ON orders (store_id, placed_at DESC, id);
-- The customer first: with the integration first the planner mistakes it for the unique index above.
CREATE INDEX orders_customer ON orders (store_id, customer_external_id, integration_id);
SELECT souk_tenant('orders');

CREATE TABLE order_items (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    external_id text NOT NULL,
    position integer NOT NULL,
    product_external_id text,
    variant_external_id text,
    title text NOT NULL,
    variant_title text,
    sku text,
    quantity bigint NOT NULL,
    current_quantity bigint NOT NULL,
    unit_price_minor bigint NOT NULL,
    discount_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    presentment_unit_price_minor bigint NOT NULL,
    presentment_discount_minor bigint NOT NULL,
    presentment_tax_minor bigint NOT NULL,
    PRIMARY KEY (store_id, id),
    UNIQUE (store_id, order_id, external_id)
);
COMMENT ON TABLE order_items IS 'A line of an order.';
COMMENT ON COLUMN order_items.store_id IS 'the store';
COMMENT ON COLUMN order_items.id IS 'UUIDv7';
COMMENT ON COLUMN order_items.order_id IS 'its order';
COMMENT ON COLUMN order_items.external_id IS 'the platform''s line id';
COMMENT ON COLUMN order_items.position IS 'order within the order';
COMMENT ON COLUMN order_items.product_external_id IS 'null for custom lines';
COMMENT ON COLUMN order_items.variant_external_id IS 'null for custom lines';
COMMENT ON COLUMN order_items.title IS 'as ordered';
COMMENT ON COLUMN order_items.variant_title IS 'as ordered';
COMMENT ON COLUMN order_items.sku IS 'as ordered';
COMMENT ON COLUMN order_items.quantity IS 'ordered';
COMMENT ON COLUMN order_items.current_quantity IS 'after edits, refunds and removals';
COMMENT ON COLUMN order_items.unit_price_minor IS 'shop currency';
COMMENT ON COLUMN order_items.discount_minor IS 'whole line, shop currency';
COMMENT ON COLUMN order_items.tax_minor IS 'whole line, shop currency';
COMMENT ON COLUMN order_items.presentment_unit_price_minor IS 'buyer''s currency';
COMMENT ON COLUMN order_items.presentment_discount_minor IS 'buyer''s currency';
COMMENT ON COLUMN order_items.presentment_tax_minor IS 'buyer''s currency';
CREATE INDEX order_items_variant ON order_items (store_id, variant_external_id) WHERE variant_external_id IS NOT NULL;
SELECT souk_tenant('order_items');

CREATE TABLE refund (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    external_id text NOT NULL,
    total_minor bigint NOT NULL,
    presentment_total_minor bigint NOT NULL,
    note text NOT NULL DEFAULT '',
    refunded_at timestamptz,
    PRIMARY KEY (store_id, id),
    UNIQUE (store_id, order_id, external_id)
);
COMMENT ON TABLE refund IS 'Money given back on an order.';
COMMENT ON COLUMN refund.store_id IS 'the store';
COMMENT ON COLUMN refund.id IS 'UUIDv7';
COMMENT ON COLUMN refund.order_id IS 'its order';
COMMENT ON COLUMN refund.external_id IS 'the platform''s refund id';
COMMENT ON COLUMN refund.total_minor IS 'shop currency';
COMMENT ON COLUMN refund.presentment_total_minor IS 'buyer''s currency';
COMMENT ON COLUMN refund.note IS 'untrusted text';
COMMENT ON COLUMN refund.refunded_at IS 'when';
SELECT souk_tenant('refund');

CREATE TABLE fulfilment (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    external_id text NOT NULL,
    status text NOT NULL DEFAULT '',
    tracking_company text NOT NULL DEFAULT '',
    tracking_number text NOT NULL DEFAULT '',
    fulfilled_at timestamptz,
    updated_at timestamptz,
    PRIMARY KEY (store_id, id),
    UNIQUE (store_id, order_id, external_id)
);
COMMENT ON TABLE fulfilment IS 'A parcel of an order.';
COMMENT ON COLUMN fulfilment.store_id IS 'the store';
COMMENT ON COLUMN fulfilment.id IS 'UUIDv7';
COMMENT ON COLUMN fulfilment.order_id IS 'its order';
COMMENT ON COLUMN fulfilment.external_id IS 'the platform''s fulfilment id';
COMMENT ON COLUMN fulfilment.status IS 'the platform''s word, lower case';
COMMENT ON COLUMN fulfilment.tracking_company IS 'carrier';
COMMENT ON COLUMN fulfilment.tracking_number IS 'number';
COMMENT ON COLUMN fulfilment.fulfilled_at IS 'when it was made';
COMMENT ON COLUMN fulfilment.updated_at IS 'last change on the platform';
SELECT souk_tenant('fulfilment');
