-- Stores, platform apps, people's tokens. Run by the migrator as role souk_owner.

-- Forces row level security on a tenant table: souk_app sees the rows of the one store that the
-- transaction names in souk.store_id and nothing when none is named; the owner (migrate, backup)
-- has a policy of its own; with_worker lets cross-store work (queues, routing) see all rows.
CREATE FUNCTION souk_tenant(t regclass, store_column text DEFAULT 'store_id', with_worker boolean DEFAULT false)
RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    rule text := format('%I = nullif((SELECT current_setting(''souk.store_id'', true)), '''')::uuid', store_column);
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', t);
    EXECUTE format('ALTER TABLE %s FORCE ROW LEVEL SECURITY', t);
    EXECUTE format('CREATE POLICY store_only ON %s TO souk_app USING (%s) WITH CHECK (%s)', t, rule, rule);
    EXECUTE format('CREATE POLICY owner_all ON %s TO souk_owner USING (true) WITH CHECK (true)', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO souk_app', t);
    IF with_worker THEN
        EXECUTE format('CREATE POLICY worker_all ON %s TO souk_worker USING (true) WITH CHECK (true)', t);
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO souk_worker', t);
    END IF;
END $$;
COMMENT ON FUNCTION souk_tenant IS 'Forces row level security on a tenant table; used by migrations only.';

CREATE TABLE store (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (name <> ''),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    time_zone text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE store IS 'A merchant of this hub: the tenant. Everything else belongs to one store.';
COMMENT ON COLUMN store.id IS 'UUIDv7 made by the host';
COMMENT ON COLUMN store.name IS 'what people call it';
COMMENT ON COLUMN store.currency IS 'ISO 4217 code the store reports in';
COMMENT ON COLUMN store.time_zone IS 'IANA name; "today" and "this week" are told by it';
COMMENT ON COLUMN store.created_at IS 'when it was created';
SELECT souk_tenant('store', 'id', true);

CREATE TABLE platform_app (
    id uuid PRIMARY KEY,
    platform text NOT NULL,
    store_id uuid REFERENCES store (id),
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE NULLS NOT DISTINCT (platform, store_id)
);
COMMENT ON TABLE platform_app IS 'The app registered with a platform, for all stores or for one.';
COMMENT ON COLUMN platform_app.id IS 'UUIDv7';
COMMENT ON COLUMN platform_app.platform IS 'plugin domain';
COMMENT ON COLUMN platform_app.store_id IS 'null: used by every store without one of its own';
COMMENT ON COLUMN platform_app.created_at IS 'when it was set';
GRANT SELECT, INSERT, UPDATE, DELETE ON platform_app TO souk_worker;

CREATE TABLE platform_app_secret (
    id uuid PRIMARY KEY,
    app_id uuid NOT NULL REFERENCES platform_app (id) ON DELETE CASCADE,
    name text NOT NULL,
    sealed bytea NOT NULL,
    key_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    retired_at timestamptz
);
COMMENT ON TABLE platform_app_secret IS 'Values of a platform app by manifest name; several at once while one rotates.';
COMMENT ON COLUMN platform_app_secret.id IS 'UUIDv7; the newest is used for new things, all unretired ones verify';
COMMENT ON COLUMN platform_app_secret.app_id IS 'whose value';
COMMENT ON COLUMN platform_app_secret.name IS 'manifest name: client_id, client_secret, ...';
COMMENT ON COLUMN platform_app_secret.sealed IS 'AES-256-GCM, row identity inside the plaintext';
COMMENT ON COLUMN platform_app_secret.key_id IS 'which vault key sealed it';
COMMENT ON COLUMN platform_app_secret.created_at IS 'when it was set';
COMMENT ON COLUMN platform_app_secret.retired_at IS 'set: no longer used';
CREATE INDEX platform_app_secret_app ON platform_app_secret (app_id, name, id);
GRANT SELECT, INSERT, UPDATE, DELETE ON platform_app_secret TO souk_worker;

CREATE TABLE api_token (
    id uuid PRIMARY KEY,
    store_id uuid REFERENCES store (id),
    name text NOT NULL,
    role text NOT NULL CHECK (role IN ('admin', 'operator', 'viewer', 'agent')),
    token_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
);
COMMENT ON TABLE api_token IS 'Bearer tokens of people and programs. Only hashes are kept.';
COMMENT ON COLUMN api_token.id IS 'UUIDv7';
COMMENT ON COLUMN api_token.store_id IS 'null: all stores';
COMMENT ON COLUMN api_token.name IS 'what it is for';
COMMENT ON COLUMN api_token.role IS 'what it may do';
COMMENT ON COLUMN api_token.token_hash IS 'SHA-256 of the token (256 random bits need no salt)';
COMMENT ON COLUMN api_token.created_at IS 'when it was created';
COMMENT ON COLUMN api_token.expires_at IS 'null: does not expire';
COMMENT ON COLUMN api_token.last_used_at IS 'roughly, at most once a minute';
COMMENT ON COLUMN api_token.revoked_at IS 'set: refused';
GRANT SELECT, INSERT, UPDATE, DELETE ON api_token TO souk_worker;

CREATE TABLE idempotency_key (
    scope text NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'done')),
    status integer,
    headers jsonb,
    body bytea,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (scope, key)
);
COMMENT ON TABLE idempotency_key IS 'Answers kept for a day so that a repeated POST repeats the answer, not the deed.';
COMMENT ON COLUMN idempotency_key.scope IS 'token id that sent it';
COMMENT ON COLUMN idempotency_key.key IS 'the Idempotency-Key header';
COMMENT ON COLUMN idempotency_key.request_hash IS 'SHA-256 of method, path and body: another request under the same key is refused';
COMMENT ON COLUMN idempotency_key.state IS 'running: another request is at it';
COMMENT ON COLUMN idempotency_key.status IS 'HTTP status of the kept answer';
COMMENT ON COLUMN idempotency_key.headers IS 'headers of the kept answer';
COMMENT ON COLUMN idempotency_key.body IS 'body of the kept answer';
COMMENT ON COLUMN idempotency_key.created_at IS 'pruned a day later';
GRANT SELECT, INSERT, UPDATE, DELETE ON idempotency_key TO souk_worker;
