-- Conversations with people on platforms that carry messages, and what is known of an account.

ALTER TABLE integration ADD COLUMN other_ids text[] NOT NULL DEFAULT '{}';
ALTER TABLE integration ADD COLUMN facts jsonb NOT NULL DEFAULT '{}';
ALTER TABLE integration ADD COLUMN choices jsonb;
COMMENT ON COLUMN integration.other_ids IS 'further ids by which deliveries may name the account';
COMMENT ON COLUMN integration.facts IS 'what the platform says of the account (quality, limits, templates), for people';
COMMENT ON COLUMN integration.choices IS 'what a person must still pick to finish connecting; null: nothing';
CREATE INDEX integration_other_ids ON integration USING gin (other_ids);

CREATE TABLE conversation (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    integration_id uuid NOT NULL,
    external_id text NOT NULL,
    name text,
    username text,
    phone text,
    last_incoming_at timestamptz,
    last_message_at timestamptz,
    unread integer NOT NULL DEFAULT 0,
    send_after timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    version bigint NOT NULL DEFAULT 1,
    PRIMARY KEY (store_id, id)
);
COMMENT ON TABLE conversation IS 'What an account and one person wrote to each other.';
COMMENT ON COLUMN conversation.store_id IS 'the store';
COMMENT ON COLUMN conversation.id IS 'UUIDv7';
COMMENT ON COLUMN conversation.integration_id IS 'through which account';
COMMENT ON COLUMN conversation.external_id IS 'personal; the id to write to';
COMMENT ON COLUMN conversation.name IS 'personal; as the person calls themselves: untrusted';
COMMENT ON COLUMN conversation.username IS 'personal';
COMMENT ON COLUMN conversation.phone IS 'personal; E.164';
COMMENT ON COLUMN conversation.last_incoming_at IS 'when the person last wrote: opens the service window';
COMMENT ON COLUMN conversation.last_message_at IS 'newest message either way';
COMMENT ON COLUMN conversation.unread IS 'incoming messages since the last that was marked read';
COMMENT ON COLUMN conversation.send_after IS 'pace to one person: the theoretical arrival time of the next message (GCRA)';
COMMENT ON COLUMN conversation.created_at IS 'when it began here';
COMMENT ON COLUMN conversation.updated_at IS 'last change here';
COMMENT ON COLUMN conversation.version IS 'grows with every change; the ETag';
CREATE INDEX conversation_recent ON conversation (store_id, last_message_at DESC, id);
SELECT souk_tenant('conversation');

CREATE TABLE conversation_person (
    store_id uuid NOT NULL,
    integration_id uuid NOT NULL,
    person_id text NOT NULL,
    conversation_id uuid NOT NULL,
    PRIMARY KEY (store_id, integration_id, person_id)
);
COMMENT ON TABLE conversation_person IS 'Every id a person was ever known by on an account: finds the conversation.';
COMMENT ON COLUMN conversation_person.store_id IS 'the store';
COMMENT ON COLUMN conversation_person.integration_id IS 'on which account';
COMMENT ON COLUMN conversation_person.person_id IS 'personal; a platform''s id of the person';
COMMENT ON COLUMN conversation_person.conversation_id IS 'theirs';
CREATE INDEX conversation_person_of ON conversation_person (store_id, conversation_id);
SELECT souk_tenant('conversation_person');

CREATE TABLE message (
    store_id uuid NOT NULL,
    id uuid NOT NULL,
    integration_id uuid NOT NULL,
    conversation_id uuid NOT NULL,
    external_id text,
    direction text NOT NULL CHECK (direction IN ('incoming', 'outgoing')),
    kind text NOT NULL,
    text text COMPRESSION lz4 NOT NULL DEFAULT '',
    reply_to text,
    content jsonb NOT NULL DEFAULT '{}',
    status text NOT NULL CHECK (status IN ('received', 'queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown')),
    status_at timestamptz NOT NULL,
    error_code text,
    error_detail text,
    sent_at timestamptz NOT NULL,
    extra text COMPRESSION lz4 NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (store_id, id),
    UNIQUE (store_id, integration_id, external_id)
);
COMMENT ON TABLE message IS 'One message of a conversation. An outgoing one is journaled here before the platform is called.';
COMMENT ON COLUMN message.store_id IS 'the store';
COMMENT ON COLUMN message.id IS 'UUIDv7; of an outgoing one also the correlation handed to the platform';
COMMENT ON COLUMN message.integration_id IS 'through which account';
COMMENT ON COLUMN message.conversation_id IS 'its conversation';
COMMENT ON COLUMN message.external_id IS 'the platform''s id; null until the platform has taken it';
COMMENT ON COLUMN message.direction IS 'incoming or outgoing';
COMMENT ON COLUMN message.kind IS 'text, image, order, list, product, ...';
COMMENT ON COLUMN message.text IS 'personal; what a person reads of it: untrusted when incoming';
COMMENT ON COLUMN message.reply_to IS 'external id of the message it answers or reacts to';
COMMENT ON COLUMN message.content IS 'personal; unified keys by kind';
COMMENT ON COLUMN message.status IS 'goes forward only; unknown: the answer to sending it was lost, it is never sent again by itself';
COMMENT ON COLUMN message.status_at IS 'when it got there';
COMMENT ON COLUMN message.error_code IS 'the platform''s code, when failed';
COMMENT ON COLUMN message.error_detail IS 'why, when failed';
COMMENT ON COLUMN message.sent_at IS 'by the platform''s clock; of a queued one when it was asked for';
COMMENT ON COLUMN message.extra IS 'personal; the platform''s own bytes';
COMMENT ON COLUMN message.created_at IS 'when it came to the hub';
COMMENT ON COLUMN message.updated_at IS 'last change here';
CREATE INDEX message_of ON message (store_id, conversation_id, sent_at DESC, id DESC);
CREATE INDEX message_unsettled ON message (store_id, status_at) WHERE status IN ('sending', 'unknown');
SELECT souk_tenant('message');
