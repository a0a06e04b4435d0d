-- Integrations, their credentials and connect flows. Low-volume tables carry foreign keys.

CREATE TABLE integration (
    store_id uuid NOT NULL REFERENCES store (id),
    id uuid NOT NULL,
    platform text NOT NULL,
    name text NOT NULL,
    status text NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'connected', 'paused', 'reauth_required', 'error', 'disconnected')),
    status_reason text,
    account_external_id text,
    account_title text,
    base_url text,
    currency text,
    time_zone text,
    scopes text[] NOT NULL DEFAULT '{}',
    config jsonb NOT NULL DEFAULT '{}',
    settings text NOT NULL DEFAULT '{}',
    sync_status text NOT NULL DEFAULT 'idle' CHECK (sync_status IN ('idle', 'queued', 'running', 'failed', 'complete')),
    sync_cursor jsonb NOT NULL DEFAULT '{}',
    sync_error text,
    last_sync_at timestamptz,
    next_sync_at timestamptz,
    connected_at timestamptz,
    disconnected_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (store_id, id),
    UNIQUE (id),
    UNIQUE (store_id, name)
);
COMMENT ON TABLE integration IS 'One connected account of one platform in one store.';
COMMENT ON COLUMN integration.store_id IS 'the store';
COMMENT ON COLUMN integration.id IS 'UUIDv7';
COMMENT ON COLUMN integration.platform IS 'plugin domain';
COMMENT ON COLUMN integration.name IS 'unique in the store; defaults to the platform''s name';
COMMENT ON COLUMN integration.status IS 'what may happen now; disconnected ones stay as stubs that still route';
COMMENT ON COLUMN integration.status_reason IS 'a sentence for people when status is not connected';
COMMENT ON COLUMN integration.account_external_id IS 'the account''s id on the platform; null until known';
COMMENT ON COLUMN integration.account_title IS 'the account''s name on the platform';
COMMENT ON COLUMN integration.base_url IS 'where the platform answers for this account';
COMMENT ON COLUMN integration.currency IS 'the account''s currency, ISO 4217';
COMMENT ON COLUMN integration.time_zone IS 'the account''s IANA time zone';
COMMENT ON COLUMN integration.scopes IS 'granted scopes, expanded';
COMMENT ON COLUMN integration.config IS 'what the admin typed (no secrets)';
COMMENT ON COLUMN integration.settings IS 'the plugin''s own non-secret JSON';
COMMENT ON COLUMN integration.sync_status IS 'state of its newest sync run';
COMMENT ON COLUMN integration.sync_cursor IS 'plugin cursor by entity, saved in the transaction of the page it produced';
COMMENT ON COLUMN integration.sync_error IS 'why the newest run failed, null after a good one';
COMMENT ON COLUMN integration.last_sync_at IS 'end of the last complete run';
COMMENT ON COLUMN integration.next_sync_at IS 'when the schedule starts the next incremental run';
COMMENT ON COLUMN integration.connected_at IS 'when it last became connected';
COMMENT ON COLUMN integration.disconnected_at IS 'when it was last disconnected';
COMMENT ON COLUMN integration.created_at IS 'when it was added';
COMMENT ON COLUMN integration.updated_at IS 'last change of this row by a person or a flow';
COMMENT ON COLUMN integration.version IS 'grows with every change by a person or a flow; the ETag';
CREATE UNIQUE INDEX integration_account ON integration (platform, account_external_id) WHERE status <> 'disconnected';
CREATE INDEX integration_route ON integration (platform, account_external_id);
CREATE INDEX integration_due ON integration (next_sync_at) WHERE status = 'connected';
SELECT souk_tenant('integration', 'store_id', true);

CREATE TABLE credential (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    integration_id uuid NOT NULL,
    sealed bytea NOT NULL,
    key_id text NOT NULL,
    expires_at timestamptz,
    refresh_expires_at timestamptz,
    fence bigint NOT NULL DEFAULT 1,
    lease_owner text,
    lease_until timestamptz,
    refresh_intent_at timestamptz,
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, id),
    UNIQUE (store_id, integration_id),
    FOREIGN KEY (store_id, integration_id) REFERENCES integration (store_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE credential IS 'The grant of an integration, sealed. One row each.';
COMMENT ON COLUMN credential.store_id IS 'the store';
COMMENT ON COLUMN credential.id IS 'UUIDv7';
COMMENT ON COLUMN credential.integration_id IS 'whose grant';
COMMENT ON COLUMN credential.sealed IS 'AES-256-GCM of the grant as JSON, row identity inside';
COMMENT ON COLUMN credential.key_id IS 'which vault key sealed it';
COMMENT ON COLUMN credential.expires_at IS 'of the access token; null: does not expire';
COMMENT ON COLUMN credential.refresh_expires_at IS 'of the refresh token; null: none or endless';
COMMENT ON COLUMN credential.fence IS 'grows with every new grant; a late writer with an older number is refused';
COMMENT ON COLUMN credential.lease_owner IS 'host that is refreshing now';
COMMENT ON COLUMN credential.lease_until IS 'its lease; after it another host may try';
COMMENT ON COLUMN credential.refresh_intent_at IS 'written before the platform is asked: a lost answer can be told';
COMMENT ON COLUMN credential.updated_at IS 'last new grant';
CREATE INDEX credential_refresh ON credential (expires_at) WHERE expires_at IS NOT NULL;
SELECT souk_tenant('credential', 'store_id', true);

CREATE TABLE connect_state (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    integration_id uuid NOT NULL,
    ticket_hash bytea NOT NULL UNIQUE,
    state_hash bytea NOT NULL UNIQUE,
    browser_hash bytea,
    sealed bytea NOT NULL,
    key_id text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    PRIMARY KEY (store_id, id),
    FOREIGN KEY (store_id, integration_id) REFERENCES integration (store_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE connect_state IS 'One attempt to connect: single use, ten minutes, bound to one browser.';
COMMENT ON COLUMN connect_state.store_id IS 'the store';
COMMENT ON COLUMN connect_state.id IS 'UUIDv7';
COMMENT ON COLUMN connect_state.integration_id IS 'what is being connected';
COMMENT ON COLUMN connect_state.ticket_hash IS 'SHA-256 of the ticket in the connect address';
COMMENT ON COLUMN connect_state.state_hash IS 'SHA-256 of the state the platform hands back';
COMMENT ON COLUMN connect_state.browser_hash IS 'SHA-256 of the cookie; set when the connect address is opened';
COMMENT ON COLUMN connect_state.sealed IS 'state, PKCE verifier and form, sealed: needed once more at the redirect';
COMMENT ON COLUMN connect_state.key_id IS 'which vault key sealed it';
COMMENT ON COLUMN connect_state.created_at IS 'when connect was asked for';
COMMENT ON COLUMN connect_state.expires_at IS 'refused after';
COMMENT ON COLUMN connect_state.used_at IS 'set by the first callback; a second one is a replay';
SELECT souk_tenant('connect_state', 'store_id', true);

CREATE TABLE rate_budget (
    store_id uuid NOT NULL,
    integration_id uuid NOT NULL,
    available double precision NOT NULL,
    capacity double precision NOT NULL,
    restore_per_second double precision NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (store_id, integration_id),
    FOREIGN KEY (store_id, integration_id) REFERENCES integration (store_id, id) ON DELETE CASCADE
);
COMMENT ON TABLE rate_budget IS 'Leaky bucket per account, shared by all hosts and fed by the platform''s own figures.';
COMMENT ON COLUMN rate_budget.store_id IS 'the store';
COMMENT ON COLUMN rate_budget.integration_id IS 'whose budget';
COMMENT ON COLUMN rate_budget.available IS 'points left at updated_at';
COMMENT ON COLUMN rate_budget.capacity IS 'size of the bucket';
COMMENT ON COLUMN rate_budget.restore_per_second IS 'how fast it refills';
COMMENT ON COLUMN rate_budget.updated_at IS 'when available was true';
SELECT souk_tenant('rate_budget');
