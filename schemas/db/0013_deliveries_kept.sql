-- Deliveries are not kept for ever: notifier removes what has ended long ago.

-- Read by notifier, the oldest first.
CREATE INDEX deliveries_ended ON deliveries (finished_at) WHERE finished_at IS NOT NULL;

GRANT DELETE ON deliveries, delivery_failures TO dunghen_notifier;
