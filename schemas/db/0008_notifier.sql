-- Who was told what: written by notifier (the role dunghen_notifier) alone, but for webhooks,
-- which dunghen (the role dunghen_ctl) writes.
--
-- No address, no name and no text is kept here: a delivery names its event, its template and the
-- catalogue's version, and what it said can be made from these again.

CREATE TABLE notifier_position (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    seq         bigint NOT NULL          -- the events up to this one have their deliveries
);
-- What happened before is history: nobody is told of it now.
INSERT INTO notifier_position (seq) SELECT coalesce(max(seq), 0) FROM events;

-- One message to one recipient by one channel. Made in the commit that moves the position past
-- its event, so none is lost and none is made twice.
CREATE TABLE deliveries (
    id          uuid PRIMARY KEY,        -- from event, recipient and lane; what gateways know it by
    seq         bigint NOT NULL,         -- the event
    at          timestamptz NOT NULL,    -- and its time
    case_id     uuid NOT NULL,
    message     text NOT NULL,           -- 'received', 'overdue', ...: names the template
    recipient   text NOT NULL,           -- 'citizen', 'person:UNIT/ROLE/DIGEST', 'webhook:NAME'
    lane        text NOT NULL,           -- 'mail', 'sms', 'zalo', 'webhook:NAME'
    language    text NOT NULL,
    letter      uuid,                    -- goes with it: waits until letter_files has it
    state       text NOT NULL DEFAULT 'waiting' CHECK (state IN (
                    'waiting', 'sending', 'delivered', 'dead', 'dropped')),
    attempts    smallint NOT NULL DEFAULT 0, -- begun so far
    next_at     timestamptz NOT NULL,    -- no attempt before
    expires_at  timestamptz NOT NULL,    -- none after: then it is dead
    begun_at    timestamptz,             -- of the attempt under way, committed before it begins
    finished_at timestamptz,
    catalogue   bigint,                  -- version of the last attempt's template
    problem     text                     -- of the last attempt that failed, without personal data
) WITH (fillfactor = 70);
-- Read by notifier: what can be sent now in a lane, what was being sent when a notifier ended,
-- what is past its time; by "dunghen deliveries": the dead, and those of a case.
CREATE INDEX deliveries_due ON deliveries (lane, next_at) WHERE state = 'waiting';
CREATE INDEX deliveries_sending ON deliveries (begun_at) WHERE state = 'sending';
CREATE INDEX deliveries_expiry ON deliveries (expires_at) WHERE state = 'waiting';
CREATE INDEX deliveries_dead ON deliveries (finished_at) WHERE state = 'dead';
CREATE INDEX deliveries_case ON deliveries (case_id);

CREATE TABLE delivery_failures (
    delivery    uuid NOT NULL,
    attempt     smallint NOT NULL,
    at          timestamptz NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('refused', 'failed', 'unknown')),
    problem     text NOT NULL,
    PRIMARY KEY (delivery, attempt)
);

-- What somebody who was or may be written to has chosen. Whose it is, is a blind index of the
-- address or number (common/crypto.h): it is found again by who knows the address and the key.
CREATE TABLE preferences (
    contact     bytea NOT NULL CHECK (length(contact) = 16),
    channel     text NOT NULL CHECK (channel IN ('mail', 'sms', 'zalo')),
    wanted      boolean,                 -- NULL: as is usual for the channel
    language    text,                    -- NULL: the case's
    quiet_from  smallint CHECK (quiet_from BETWEEN 0 AND 1439), -- minutes after local midnight
    quiet_to    smallint CHECK (quiet_to BETWEEN 0 AND 1439),   -- equal: no quiet hours; NULL: the usual
    changed_at  timestamptz NOT NULL,
    changed_by  text NOT NULL,           -- 'link', 'operator'
    PRIMARY KEY (contact, channel),
    CHECK (num_nulls(quiet_from, quiet_to) IN (0, 2))
);

-- How gateways for SMS and Zalo are asked: a part of the catalogue, schemas/catalogue.md.
CREATE TABLE gateways (
    channel     text PRIMARY KEY CHECK (channel IN ('sms', 'zalo')),
    url         text NOT NULL,           -- a template, as headers and body are
    method      text NOT NULL CHECK (method IN ('POST', 'PUT', 'GET')),
    content_type text NOT NULL,
    headers     text,
    body        text,
    success     text,                    -- what an answer of 2xx must say
    refusal     text,                    -- what it says when trying again is of no use
    secrets     text[] NOT NULL,         -- names of files, never what is in them
    timeout_s   integer NOT NULL,
    places      integer NOT NULL,
    deadline_h  integer NOT NULL
);

-- Front ends that are told of events (Standard Webhooks).
CREATE TABLE webhooks (
    name        text PRIMARY KEY CHECK (name ~ '^[A-Za-z0-9._-]{1,32}$'),
    id          uuid NOT NULL UNIQUE,    -- what the secret is sealed for
    url         text NOT NULL,
    types       text[] NOT NULL,         -- of events; empty: all
    sealed      bytea NOT NULL,          -- its secret
    created_at  timestamptz NOT NULL DEFAULT now(),
    removed_at  timestamptz
);

GRANT SELECT, UPDATE ON notifier_position TO dunghen_notifier;
GRANT SELECT, INSERT, UPDATE ON deliveries, preferences TO dunghen_notifier;
GRANT SELECT, INSERT ON delivery_failures TO dunghen_notifier;
GRANT SELECT ON webhooks TO dunghen_notifier;
GRANT SELECT ON notifier_position, deliveries, delivery_failures, preferences TO dunghen_ctl;
GRANT SELECT ON deliveries TO dunghen_console;
GRANT SELECT, INSERT, UPDATE ON webhooks TO dunghen_ctl;
GRANT SELECT ON gateways
   TO dunghen_intake, dunghen_router, dunghen_tracker, dunghen_dispatch, dunghen_sentinel,
      dunghen_notifier, dunghen_console, dunghen_letters;
GRANT SELECT, INSERT, UPDATE, DELETE ON gateways TO dunghen_ctl;
