-- Front ends subscribe themselves with their key of the door, and may be told as Open311 has it.

-- How many subscriptions a key may have; 0: it may not subscribe.
ALTER TABLE door_keys
    ADD COLUMN webhooks integer NOT NULL DEFAULT 0 CHECK (webhooks BETWEEN 0 AND 32);

-- The key of the door by which a case came (door_keys.name); NULL: none.
ALTER TABLE cases ADD COLUMN via text;

ALTER TABLE webhooks DROP CONSTRAINT webhooks_name_check;
ALTER TABLE webhooks
    -- An operator's word, or the owner's name and the end of the id.
    ADD CHECK (name ~ '^[A-Za-z0-9._-]{1,32}(/[0-9a-f]{12})?$'),
    ADD COLUMN owner text,               -- door_keys.name; NULL: an operator's
    ADD COLUMN kind text NOT NULL DEFAULT 'events' CHECK (kind IN ('events', 'georeport')),
    ADD COLUMN services text[] NOT NULL DEFAULT '{}', -- codes; empty: all
    ADD COLUMN units text[] NOT NULL DEFAULT '{}',    -- that lead; empty: all
    ADD COLUMN own boolean NOT NULL DEFAULT false,    -- only cases that came by the owner's key
    ADD COLUMN language text NOT NULL DEFAULT 'vi',
    ADD COLUMN jurisdiction text,        -- the jurisdiction_id that it is given
    ADD COLUMN sealed_key bytea;         -- the api_key that it is given

-- Who tells the front ends writes down whom: notifier alone, asked by dunghen and intake.
REVOKE INSERT, UPDATE ON webhooks FROM dunghen_ctl;
GRANT INSERT, UPDATE, DELETE ON webhooks TO dunghen_notifier;
GRANT SELECT (name, webhooks, revoked_at) ON door_keys TO dunghen_notifier;
GRANT SELECT (name, id, url, types, created_at, removed_at, owner, kind, services, units, own,
              language, jurisdiction)
   ON webhooks TO dunghen_intake;
