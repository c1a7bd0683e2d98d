-- The ledger: cases, their tasks, and every step with its time.
-- Written by tracker (the role dunghen_tracker) alone.
--
-- Built for a hundred million kept cases: ids are UUIDv7, so indexes grow at
-- their right end; nothing refers to a case by a foreign key, so a closed case
-- and its rows can be moved to an archive table by its id; events are
-- partitioned by month; no state is in a full index, so that updates stay on
-- their page (HOT). Every index has a reader named beside it.

CREATE TABLE cases (
    id          uuid PRIMARY KEY,        -- the door's UUIDv7: saying a submission twice is seen here
    reference   text COLLATE "C" NOT NULL UNIQUE, -- read by intake and trace: what citizens hold
    kind        text NOT NULL,
    service     text NOT NULL,
    unit        text NOT NULL,           -- leads, answers for the whole
    state       text NOT NULL CHECK (state IN (
                    'RECEIVED', 'SCREENING', 'ASSIGNED', 'IN_PROGRESS', 'NEED_INFO', 'DRAFTED',
                    'APPROVED', 'ANSWERED', 'CLOSED', 'REJECTED', 'MERGED', 'FORWARDED_OUT',
                    'RETURNED', 'SUSPENDED', 'REOPENED', 'WITHDRAWN')),
    priority    smallint NOT NULL,
    channel     text NOT NULL,           -- 'api', 'open311', ...
    language    text NOT NULL,
    hide_name   boolean NOT NULL,        -- units do not see the name, the operator does
    anonymous   boolean NOT NULL,        -- nobody has a name
    received_at timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,    -- the promise; never earlier than first said
    clock       text NOT NULL,           -- the policy it was promised under
    amount      bigint NOT NULL,
    calendar    text NOT NULL,
    area        text,                    -- code of the area that holds the place
    lat         double precision,
    lon         double precision,
    content     json NOT NULL,           -- what the citizen said, byte for byte as accepted
    changes     integer NOT NULL DEFAULT 1, -- steps so far; the version for ETag
    returns     smallint NOT NULL DEFAULT 0,
    answered_at timestamptz,
    closed_at   timestamptz,
    extensions  smallint NOT NULL DEFAULT 0, -- granted so far
    apologised_at timestamptz,
    paused_at   timestamptz,             -- set while the citizen's clock stands
    paused_us   bigint NOT NULL DEFAULT 0 -- microseconds it stood before
) WITH (fillfactor = 70);

-- Sealed at the door with a key that is not in the database; see common/crypto.h.
CREATE TABLE contacts (
    case_id     uuid PRIMARY KEY,
    sealed      bytea NOT NULL,          -- key id, nonce, ciphertext, tag
    phone_index bytea,                   -- equal numbers have equal values; the key finds them
    email_index bytea
);

CREATE TABLE tasks (
    case_id     uuid NOT NULL,
    number      smallint NOT NULL,       -- 1, 2, ... within its case; each hop is a task of its own
    role        text NOT NULL CHECK (role IN ('lead', 'coordinate')),
    unit        text NOT NULL,
    state       text NOT NULL CHECK (state IN ('open', 'accepted', 'done', 'returned',
                                               'cancelled')),
    priority    smallint NOT NULL,
    assigned_at timestamptz NOT NULL,
    due_at      timestamptz NOT NULL,
    accepted_at timestamptz,
    finished_at timestamptz,
    epoch       bigint NOT NULL DEFAULT 0, -- of the lease that accepted it: fences older holders
    worker      text,
    outcome     json,                    -- the answer or the reason of the return
    raised      integer NOT NULL DEFAULT 0, -- bit set of the flag levels raised (common/deadline.h)
    next_at     timestamptz NOT NULL,    -- the moment of the next flag; infinity: none left
    PRIMARY KEY (case_id, number)
) WITH (fillfactor = 55); -- each is updated at least twice
-- Read by sentinel (what falls due next) and by dispatch at its start (all that is open).
CREATE INDEX tasks_open ON tasks (next_at) WHERE finished_at IS NULL;

CREATE TABLE flags (
    case_id     uuid NOT NULL,
    task        smallint NOT NULL,
    level       text NOT NULL CHECK (level IN ('due_soon_half', 'due_soon_day', 'overdue',
                    'escalated_head', 'escalated_city', 'escalated_leader')),
    moment      timestamptz NOT NULL,    -- when it fell due
    raised_at   timestamptz NOT NULL,    -- when it was raised
    cleared_at  timestamptz,
    PRIMARY KEY (case_id, task, level)
);

-- Every step, once, in one order without gaps. hash chains each event to the one before it:
-- BLAKE2b-256 over the previous hash and this row, as common/ledger.h lays it out.
CREATE TABLE events (
    seq         bigint NOT NULL,
    at          timestamptz NOT NULL,
    case_id     uuid NOT NULL,
    task        smallint NOT NULL,       -- 0: of the case as a whole
    type        text NOT NULL,           -- 'received', 'accepted', 'answered', ...
    actor       text NOT NULL,           -- 'citizen', 'worker:<name>', 'sentinel', ...
    detail      json NOT NULL,
    hash        bytea NOT NULL,
    PRIMARY KEY (seq, at)                -- read by followers that catch up
) PARTITION BY RANGE (at);
CREATE INDEX events_case ON events (case_id); -- read by trace and the public view

-- Answers that must be the same when a command is said again. A submission
-- without an Idempotency-Key and a worker's outcome do not need a row here:
-- the case's id and the lease's epoch tell a repetition.
CREATE TABLE commands (
    id          uuid PRIMARY KEY,
    case_id     uuid NOT NULL,
    fingerprint bytea NOT NULL,          -- of what was said: the same id with other words is refused
    at          timestamptz NOT NULL
);

-- Counts by day, kept in the commit of the event they count. tracker adds rows
-- to measure_deltas (an insert without contention) and folds them into
-- measures every few seconds; measures_now is exact at any moment.
CREATE TABLE measures (
    day         date NOT NULL,           -- local day of the event
    unit        text NOT NULL,
    service     text NOT NULL,
    measure     text NOT NULL,           -- 'received', 'answered', 'answered_on_time', 'overdue', ...
    value       bigint NOT NULL,
    PRIMARY KEY (day, unit, service, measure)
) WITH (fillfactor = 70);
CREATE TABLE measure_deltas (
    day         date NOT NULL,
    unit        text NOT NULL,
    service     text NOT NULL,
    measure     text NOT NULL,
    value       bigint NOT NULL
) WITH ( -- emptied every few seconds: cleaned up as often, so that folding never walks the dead
    autovacuum_vacuum_threshold = 5000,
    autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_cost_delay = 0
);
CREATE VIEW measures_now AS
    SELECT day, unit, service, measure, sum(value)::bigint AS value
      FROM (SELECT * FROM measures UNION ALL SELECT * FROM measure_deltas) AS both_parts
     GROUP BY day, unit, service, measure;

-- Makes the partitions of events for the months from one before to three after
-- now. tracker may call it and cannot make tables otherwise.
CREATE FUNCTION make_event_partitions(around timestamptz) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    month date;
BEGIN
    FOR month IN SELECT generate_series(date_trunc('month', around AT TIME ZONE 'UTC')
                                            - interval '1 month',
                                        date_trunc('month', around AT TIME ZONE 'UTC')
                                            + interval '3 months', interval '1 month')::date
    LOOP
        IF to_regclass(format('events_%s', to_char(month, 'YYYY_MM'))) IS NULL THEN
            EXECUTE format('CREATE TABLE events_%s PARTITION OF events FOR VALUES FROM (%L) TO (%L)',
                           to_char(month, 'YYYY_MM'),
                           month::timestamp AT TIME ZONE 'UTC',
                           (month + interval '1 month')::timestamp AT TIME ZONE 'UTC');
        END IF;
    END LOOP;
END
$$;
REVOKE ALL ON FUNCTION make_event_partitions(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION make_event_partitions(timestamptz) TO dunghen_tracker;
SELECT make_event_partitions(now());

-- One writer. Events can be added and read, never changed, by anybody who logs in.
GRANT SELECT, INSERT, UPDATE ON cases, tasks, flags TO dunghen_tracker;
GRANT SELECT, INSERT ON contacts, events, commands TO dunghen_tracker;
GRANT SELECT, INSERT, UPDATE, DELETE ON measures, measure_deltas TO dunghen_tracker;
GRANT SELECT ON cases, tasks, flags, events, measures, measure_deltas, measures_now
   TO dunghen_intake, dunghen_dispatch, dunghen_sentinel, dunghen_notifier, dunghen_console,
      dunghen_ctl;
GRANT SELECT ON contacts TO dunghen_notifier, dunghen_console;
