-- What the hub offers on a platform that gives everything ids of its own, and tells of it as of its own goods.

ALTER TABLE product_listing ADD COLUMN shown_id text;
COMMENT ON COLUMN product_listing.shown_id IS 'of what the hub published: the platform''s own id of the product; null: not told yet, or it has none';

ALTER TABLE variant_listing ADD COLUMN published boolean NOT NULL DEFAULT false;
ALTER TABLE variant_listing ADD COLUMN shown_id text;
COMMENT ON COLUMN variant_listing.published IS 'the hub put it there: its stock there is no stock of the store';
COMMENT ON COLUMN variant_listing.shown_id IS 'of what the hub published: the platform''s own id of the variant, of which orders there speak';

UPDATE variant_listing v SET published = true
FROM product_listing p
WHERE p.published AND p.store_id = v.store_id AND p.id = v.listing_id;

-- The id first, as with items: the planner would mistake it for the unique index.
CREATE INDEX product_listing_shown ON product_listing (store_id, shown_id, integration_id) WHERE shown_id IS NOT NULL;
CREATE INDEX variant_listing_shown ON variant_listing (store_id, shown_id, integration_id) WHERE shown_id IS NOT NULL;
