-- The catalogue: products unified over platforms, what each platform lists, and stock.
-- No foreign keys here: they cost a third of the write rate; a test hunts orphans instead.
-- content_hash: 16 bytes over the unified fields, so an unchanged row is not rewritten.
-- source_version: the platform's own stamp; an older one never overwrites a newer one.

CREATE TABLE location (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    integration_id uuid NOT NULL,
    external_id text NOT NULL,
    name text NOT NULL,
    active boolean NOT NULL,
    address jsonb,
    content_hash bytea NOT NULL,
    source_version timestamptz NOT NULL,
    extra text COMPRESSION lz4 NOT NULL DEFAULT '{}',
    deleted_at timestamptz,
    synced_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, id),
    UNIQUE (store_id, integration_id, external_id)
);
COMMENT ON TABLE location IS 'A place where an account keeps stock.';
COMMENT ON COLUMN location.store_id IS 'the store';
COMMENT ON COLUMN location.id IS 'UUIDv7';
COMMENT ON COLUMN location.integration_id IS 'whose';
COMMENT ON COLUMN location.external_id IS 'the platform''s id';
COMMENT ON COLUMN location.name IS 'what people call it';
COMMENT ON COLUMN location.active IS 'takes part in selling';
COMMENT ON COLUMN location.address IS 'unified address';
COMMENT ON COLUMN location.content_hash IS 'of the unified fields';
COMMENT ON COLUMN location.source_version IS 'the platform''s stamp, or the time of reading where it stamps none';
COMMENT ON COLUMN location.extra IS 'the platform''s own bytes';
COMMENT ON COLUMN location.deleted_at IS 'tombstone: gone on the platform since';
COMMENT ON COLUMN location.synced_at IS 'last time it was seen';
SELECT souk_tenant('location');

CREATE TABLE product (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    lead_integration_id uuid NOT NULL,
    title text NOT NULL,
    description_html text COMPRESSION lz4 NOT NULL,
    vendor text NOT NULL,
    product_type text NOT NULL,
    handle text NOT NULL,
    status text NOT NULL,
    tags text[] NOT NULL,
    options jsonb NOT NULL,
    media jsonb NOT NULL,
    published_at timestamptz,
    platform_sync jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (store_id, id)
);
COMMENT ON TABLE product IS 'One product of the store, however many platforms list it.';
COMMENT ON COLUMN product.store_id IS 'the store';
COMMENT ON COLUMN product.id IS 'UUIDv7';
COMMENT ON COLUMN product.lead_integration_id IS 'whose listing the unified fields come from';
COMMENT ON COLUMN product.title IS 'title';
COMMENT ON COLUMN product.description_html IS 'description, HTML of the platform: untrusted';
COMMENT ON COLUMN product.vendor IS 'vendor, empty if none';
COMMENT ON COLUMN product.product_type IS 'type, empty if none';
COMMENT ON COLUMN product.handle IS 'address part, empty if none';
COMMENT ON COLUMN product.status IS 'active, draft, archived, unlisted';
COMMENT ON COLUMN product.tags IS 'sorted';
COMMENT ON COLUMN product.options IS '[{name, values}]';
COMMENT ON COLUMN product.media IS '[{external_id, kind, url, alt}]';
COMMENT ON COLUMN product.published_at IS 'when it was published';
COMMENT ON COLUMN product.platform_sync IS 'by integration name: {synced, productId, lastSyncAt}; written by the statement that writes the listing';
COMMENT ON COLUMN product.created_at IS 'when it came to the hub';
COMMENT ON COLUMN product.updated_at IS 'last change here';
COMMENT ON COLUMN product.deleted_at IS 'set when its last listing is gone';
COMMENT ON COLUMN product.version IS 'grows with every change; the ETag';
CREATE INDEX product_updated ON product (store_id, updated_at, id);
SELECT souk_tenant('product');

CREATE TABLE product_variant (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    product_id uuid NOT NULL,
    position integer NOT NULL,
    title text NOT NULL,
    sku text,
    barcode text,
    price_minor bigint,
    compare_at_minor bigint,
    currency text,
    options jsonb NOT NULL DEFAULT '[]',
    taxable boolean,
    inventory_policy text,
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (store_id, id)
);
COMMENT ON TABLE product_variant IS 'One sellable variant of a product.';
COMMENT ON COLUMN product_variant.store_id IS 'the store';
COMMENT ON COLUMN product_variant.id IS 'UUIDv7';
COMMENT ON COLUMN product_variant.product_id IS 'its product';
COMMENT ON COLUMN product_variant.position IS 'order within the product';
COMMENT ON COLUMN product_variant.title IS 'title';
COMMENT ON COLUMN product_variant.sku IS 'null if none; not unique: shops repeat them';
COMMENT ON COLUMN product_variant.barcode IS 'null if none';
COMMENT ON COLUMN product_variant.price_minor IS 'lead platform''s price in minor units';
COMMENT ON COLUMN product_variant.compare_at_minor IS 'former price in minor units';
COMMENT ON COLUMN product_variant.currency IS 'ISO 4217 of both';
COMMENT ON COLUMN product_variant.options IS '[[name, value]]';
COMMENT ON COLUMN product_variant.taxable IS 'null: not said';
COMMENT ON COLUMN product_variant.inventory_policy IS 'deny, continue, or null';
COMMENT ON COLUMN product_variant.updated_at IS 'last change here';
COMMENT ON COLUMN product_variant.deleted_at IS 'set when its last listing is gone';
CREATE INDEX product_variant_product ON product_variant (store_id, product_id);
CREATE INDEX product_variant_sku ON product_variant (store_id, sku) WHERE sku IS NOT NULL;
CREATE INDEX product_variant_barcode ON product_variant (store_id, barcode) WHERE barcode IS NOT NULL;
SELECT souk_tenant('product_variant');

CREATE TABLE product_listing (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    integration_id uuid NOT NULL,
    external_id text NOT NULL,
    product_id uuid,
    title text NOT NULL DEFAULT '',
    handle text NOT NULL DEFAULT '',
    status text NOT NULL DEFAULT '',
    content_hash bytea,
    source_version timestamptz,
    deleted_version timestamptz,
    deleted_at timestamptz,
    extra text COMPRESSION lz4 NOT NULL DEFAULT '{}',
    synced_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, id),
    UNIQUE (store_id, integration_id, external_id)
);
COMMENT ON TABLE product_listing IS 'A product as one platform lists it.';
COMMENT ON COLUMN product_listing.store_id IS 'the store';
COMMENT ON COLUMN product_listing.id IS 'UUIDv7';
COMMENT ON COLUMN product_listing.integration_id IS 'on which account';
COMMENT ON COLUMN product_listing.external_id IS 'the platform''s product id';
COMMENT ON COLUMN product_listing.product_id IS 'our product; null only for a tombstone that came before the product';
COMMENT ON COLUMN product_listing.title IS 'title there';
COMMENT ON COLUMN product_listing.handle IS 'address part there';
COMMENT ON COLUMN product_listing.status IS 'status there';
COMMENT ON COLUMN product_listing.content_hash IS 'of the unified record; null for a tombstone that came first';
COMMENT ON COLUMN product_listing.source_version IS 'the platform''s stamp of the newest content applied';
COMMENT ON COLUMN product_listing.deleted_version IS 'stamp of the deletion: content not newer than it is stale';
COMMENT ON COLUMN product_listing.deleted_at IS 'tombstone: gone on the platform since';
COMMENT ON COLUMN product_listing.extra IS 'the platform''s own bytes';
COMMENT ON COLUMN product_listing.synced_at IS 'last time it was seen';
CREATE INDEX product_listing_product ON product_listing (store_id, product_id);
SELECT souk_tenant('product_listing');

CREATE TABLE variant_listing (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    integration_id uuid NOT NULL,
    listing_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    external_id text NOT NULL,
    inventory_item_id text,
    sku text,
    barcode text,
    position integer NOT NULL,
    price_minor bigint,
    compare_at_minor bigint,
    currency text,
    deleted_at timestamptz,
    PRIMARY KEY (store_id, id),
    UNIQUE (store_id, integration_id, external_id)
);
COMMENT ON TABLE variant_listing IS 'A variant as one platform lists it; ties stock events (item ids) to variants.';
COMMENT ON COLUMN variant_listing.store_id IS 'the store';
COMMENT ON COLUMN variant_listing.id IS 'UUIDv7';
COMMENT ON COLUMN variant_listing.integration_id IS 'on which account';
COMMENT ON COLUMN variant_listing.listing_id IS 'its product listing';
COMMENT ON COLUMN variant_listing.variant_id IS 'our variant';
COMMENT ON COLUMN variant_listing.external_id IS 'the platform''s variant id';
COMMENT ON COLUMN variant_listing.inventory_item_id IS 'what the platform''s stock events speak of';
COMMENT ON COLUMN variant_listing.sku IS 'there; null if none';
COMMENT ON COLUMN variant_listing.barcode IS 'there; null if none';
COMMENT ON COLUMN variant_listing.position IS 'order there';
COMMENT ON COLUMN variant_listing.price_minor IS 'price there in minor units';
COMMENT ON COLUMN variant_listing.compare_at_minor IS 'former price there in minor units';
COMMENT ON COLUMN variant_listing.currency IS 'ISO 4217 of both';
COMMENT ON COLUMN variant_listing.deleted_at IS 'tombstone: gone on the platform since';
-- The item first: with the integration first the planner mistakes it for the unique index above.
CREATE INDEX variant_listing_item ON variant_listing (store_id, inventory_item_id, integration_id);
CREATE INDEX variant_listing_variant ON variant_listing (store_id, variant_id);
SELECT souk_tenant('variant_listing');

CREATE TABLE inventory (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    integration_id uuid NOT NULL,
    inventory_item_id text NOT NULL,
    location_external_id text NOT NULL,
    available bigint,
    source_version timestamptz NOT NULL,
    deleted_version timestamptz,
    deleted_at timestamptz,
    synced_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, id),
    UNIQUE (store_id, integration_id, inventory_item_id, location_external_id)
);
COMMENT ON TABLE inventory IS 'Stock of one inventory item at one location. May arrive before its product.';
COMMENT ON COLUMN inventory.store_id IS 'the store';
COMMENT ON COLUMN inventory.id IS 'UUIDv7';
COMMENT ON COLUMN inventory.integration_id IS 'whose';
COMMENT ON COLUMN inventory.inventory_item_id IS 'the platform''s item id; the variant is found through variant_listing';
COMMENT ON COLUMN inventory.location_external_id IS 'the platform''s location id';
COMMENT ON COLUMN inventory.available IS 'units; null: not tracked';
COMMENT ON COLUMN inventory.source_version IS 'the platform''s stamp of this level';
COMMENT ON COLUMN inventory.deleted_version IS 'stamp of the disconnection: a level not newer than it is stale';
COMMENT ON COLUMN inventory.deleted_at IS 'tombstone: not stocked there any more since';
COMMENT ON COLUMN inventory.synced_at IS 'last time it was seen';
SELECT souk_tenant('inventory');
