-- Nobody asks for a header in SQL: kept as the text that came instead of taken apart.

ALTER TABLE webhook ALTER COLUMN headers TYPE text USING headers::text;
COMMENT ON COLUMN webhook.headers IS 'request headers as a JSON object, credentials left out';
