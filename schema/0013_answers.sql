-- Deliveries whose sender was told where people can read what became of them.

CREATE TABLE answered_delivery (
    code text PRIMARY KEY,
    platform text NOT NULL,
    received_at timestamptz NOT NULL,
    accounts integer NOT NULL
);
COMMENT ON TABLE answered_delivery IS 'A delivery that was answered with an address to look at: a request to delete data. No personal data.';
COMMENT ON COLUMN answered_delivery.code IS 'letters and digits, in the address; a keyed hash of the event''s key';
COMMENT ON COLUMN answered_delivery.platform IS 'plugin domain';
COMMENT ON COLUMN answered_delivery.received_at IS 'when it came first';
COMMENT ON COLUMN answered_delivery.accounts IS 'how many integrations it was stored for; 0: nothing here concerns it';
GRANT SELECT, INSERT ON answered_delivery TO souk_worker;
