-- What the public reads: lists of cases, their checked texts, and who holds a key of the door.
--
-- A list walks an index from its newest case to its oldest: ids are UUIDv7, so their order is
-- the order of arrival, and a cursor is an id. The columns of these indexes never change but for
-- unit, answered_at and closed_at, so that a step of a case stays on its page (HOT), except its
-- last. Every index has its reader beside it; services/intake/sql has the statements.

-- A case is over once it was answered or closed: tracker sets closed_at with every state
-- that ends a case without an answer, and unsets both when it is reopened.

-- Lists of some services; also what a nearby report is compared with.
CREATE INDEX cases_service ON cases (service, id);
-- Lists of a unit.
CREATE INDEX cases_unit ON cases (unit, id);
-- Lists of an area.
CREATE INDEX cases_area ON cases (area, id) WHERE area IS NOT NULL;
-- Lists of what is open, of all and of some services: few of many, so they cannot be
-- found by walking over the others.
CREATE INDEX cases_open ON cases (id) WHERE answered_at IS NULL AND closed_at IS NULL;
CREATE INDEX cases_open_service ON cases (service, id)
    WHERE answered_at IS NULL AND closed_at IS NULL;
-- Lists of what has changed since (updated_after of Open311).
CREATE INDEX cases_updated ON cases ((coalesce(closed_at, answered_at, received_at)), id);

-- The square of 0.01 degrees that holds a place. Plain arithmetic, so that no extension is needed:
-- a circle or a box of a city touches few squares, and each is one range of an index.
CREATE FUNCTION place_cell(lat double precision, lon double precision) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT floor(lat * 100)::integer * 36001 + floor(lon * 100)::integer';
-- What is near a place; only what happens in the street has a public place.
CREATE INDEX cases_cell ON cases (place_cell(lat, lon), id)
    WHERE kind = 'field_report' AND lat IS NOT NULL;

-- Updates between two moments (servicerequestupdates of Open311). Events are written in the order of
-- their time, so a summary of each range of blocks finds them, and costs next to nothing to keep.
CREATE INDEX events_at ON events USING brin (at) WITH (pages_per_range = 16, autosummarize = on);

-- Texts that may be read by everybody: checked, and without personal data. Written by tracker
-- when the unit publishes; a case without a row here shows no text in public.
CREATE TABLE publications (
    case_id     uuid PRIMARY KEY,
    published_at timestamptz NOT NULL,
    description text,                    -- NULL: only the answer is shown
    answer      text
);

-- What everybody may know of a case, in the order in which intake reads it. The place is that of a
-- square of about 100 metres.
CREATE VIEW public_cases AS
    SELECT c.id, c.reference, c.kind, c.service, c.unit, c.state, c.area, c.received_at, c.due_at,
           c.answered_at, c.closed_at,
           coalesce(c.closed_at, c.answered_at, c.received_at) AS updated_at,
           c.answered_at IS NULL AND c.closed_at IS NULL AS open,
           CASE WHEN c.kind = 'field_report' THEN floor(c.lat * 1000 + 0.5) / 1000 END AS lat,
           CASE WHEN c.kind = 'field_report' THEN floor(c.lon * 1000 + 0.5) / 1000 END AS lon,
           c.changes,
           p.description, p.answer, p.published_at
      FROM cases AS c
      LEFT JOIN publications AS p ON p.case_id = c.id;

-- How Open311 answers who sends a case: with its id, with a token for the id, or with neither.
ALTER TABLE services
    ADD COLUMN open311 text NOT NULL DEFAULT 'realtime'
        CHECK (open311 IN ('realtime', 'batch', 'blackbox'));

-- Programs that send and read cases at the door. A key itself is never stored.
CREATE TABLE door_keys (
    hash        bytea PRIMARY KEY CHECK (length(hash) = 32), -- BLAKE2b-256 of the key
    name        text NOT NULL UNIQUE,
    quota       integer NOT NULL CHECK (quota >= 0), -- requests a minute; 0: no limit
    origins     text[] NOT NULL DEFAULT '{}', -- web pages that may use it, "https://host"
    created_at  timestamptz NOT NULL DEFAULT now(),
    revoked_at  timestamptz
);

GRANT SELECT, INSERT, UPDATE ON publications TO dunghen_tracker;
GRANT SELECT ON publications, public_cases
   TO dunghen_intake, dunghen_console, dunghen_notifier, dunghen_ctl;
GRANT SELECT, INSERT, UPDATE ON door_keys TO dunghen_ctl;
GRANT SELECT ON door_keys TO dunghen_intake;
