-- Which key seals, who runs, and a hash key that outlives every rotation.

CREATE TABLE vault_key (
    id text PRIMARY KEY CHECK (id <> ''),
    proof bytea,
    state text NOT NULL CHECK (state IN ('waiting', 'sealing', 'retiring')),
    added_at timestamptz NOT NULL DEFAULT now(),
    sealing_since timestamptz
);
COMMENT ON TABLE vault_key IS 'Vault keys that seal or sealed something here. The keys themselves lie in key files, never here.';
COMMENT ON COLUMN vault_key.id IS 'the id in the key files and in key_id of sealed rows';
COMMENT ON COLUMN vault_key.proof IS 'HMAC-SHA256 under the key: two hosts with another key under one id notice; null until a host that has it was started';
COMMENT ON COLUMN vault_key.state IS 'waiting: to be sealed with next; sealing: seals now; retiring: only opens, until nothing needs it';
COMMENT ON COLUMN vault_key.added_at IS 'when it was first named here';
COMMENT ON COLUMN vault_key.sealing_since IS 'when it last began to seal; null: never did';
CREATE UNIQUE INDEX vault_key_sealing ON vault_key (state) WHERE state = 'sealing';
GRANT SELECT, INSERT, UPDATE, DELETE ON vault_key TO souk_worker;

-- A key that a sealed row needs cannot be taken away, and nothing is sealed with one that was.
INSERT INTO vault_key (id, state)
SELECT key_id, 'retiring' FROM credential UNION SELECT key_id, 'retiring' FROM connect_state
UNION SELECT key_id, 'retiring' FROM platform_app_secret;
ALTER TABLE credential ADD FOREIGN KEY (key_id) REFERENCES vault_key (id);
ALTER TABLE connect_state ADD FOREIGN KEY (key_id) REFERENCES vault_key (id);
ALTER TABLE platform_app_secret ADD FOREIGN KEY (key_id) REFERENCES vault_key (id);
CREATE INDEX credential_key ON credential (key_id);
CREATE INDEX connect_state_key ON connect_state (key_id);
CREATE INDEX platform_app_secret_key ON platform_app_secret (key_id);

-- Kept answers may show a token or a connect address once: they are sealed like any other secret.
DELETE FROM idempotency_key WHERE state = 'done';
ALTER TABLE idempotency_key DROP COLUMN headers, DROP COLUMN body,
    ADD COLUMN sealed bytea,
    ADD COLUMN key_id text REFERENCES vault_key (id),
    ADD CHECK ((sealed IS NULL) = (key_id IS NULL));
COMMENT ON COLUMN idempotency_key.sealed IS 'headers and body of the kept answer, AES-256-GCM, row identity inside';
COMMENT ON COLUMN idempotency_key.key_id IS 'which vault key sealed it';
CREATE INDEX idempotency_key_key ON idempotency_key (key_id);

CREATE TABLE hash_key (
    name text PRIMARY KEY,
    sealed bytea NOT NULL,
    key_id text NOT NULL REFERENCES vault_key (id),
    created_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE hash_key IS 'Keys of the hashes that must stay comparable for ever; a rotation seals them anew and changes no hash.';
COMMENT ON COLUMN hash_key.name IS 'person: of the hashed ids in webhook.people';
COMMENT ON COLUMN hash_key.sealed IS 'AES-256-GCM, row identity inside';
COMMENT ON COLUMN hash_key.key_id IS 'which vault key sealed it';
COMMENT ON COLUMN hash_key.created_at IS 'when it was made';
GRANT SELECT, INSERT, UPDATE, DELETE ON hash_key TO souk_worker;

CREATE TABLE host (
    id text PRIMARY KEY,
    started_at timestamptz NOT NULL,
    seen_at timestamptz NOT NULL,
    keys text[] NOT NULL,
    sealing text NOT NULL
);
COMMENT ON TABLE host IS 'The hosts that serve now; each says so every few seconds.';
COMMENT ON COLUMN host.id IS 'lease owner: unique to one process';
COMMENT ON COLUMN host.started_at IS 'when it started, by its own clock';
COMMENT ON COLUMN host.seen_at IS 'when it last said so, by its own clock; one not heard of for a minute counts as gone';
COMMENT ON COLUMN host.keys IS 'ids of the vault keys it can open with';
COMMENT ON COLUMN host.sealing IS 'id of the vault key it seals with';
GRANT SELECT, INSERT, UPDATE, DELETE ON host TO souk_worker;
