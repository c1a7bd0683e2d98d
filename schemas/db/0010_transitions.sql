-- What the whole state machine needs beyond the straight way: the regime a case was received
-- under, pauses, drafts, refusals that wait for a second person, merged cases, and what people
-- wrote. Columns that a plain case never sets are NULL or zero and cost it nothing.

ALTER TABLE cases
    ADD COLUMN regime       text,        -- of the service when it was received; NULL: before regimes
    ADD COLUMN regime_from  date,        -- the regime's version; NULL: since ever
    ADD COLUMN clock_from   timestamptz, -- since when due_at is counted; NULL: received_at
    ADD COLUMN promised_at  timestamptz, -- the new date that the apology told; due_at stays
    ADD COLUMN reopened     smallint NOT NULL DEFAULT 0, -- how often: each begins a clock of its own
    ADD COLUMN update_due_at timestamptz, -- the last moment on this clock at which news were due
    ADD COLUMN drafted_by   text,        -- who wrote the answer that waits; its text: tasks.outcome
    ADD COLUMN draft_result text,
    ADD COLUMN draft_digest text,
    ADD COLUMN rejecting_by text,        -- who proposed to refuse it; a second person decides
    ADD COLUMN rejecting_reason text,
    ADD COLUMN merged_into  uuid,        -- the case whose answer is this one's
    ADD COLUMN merged       smallint NOT NULL DEFAULT 0, -- cases that wait for this one's answer
    ADD COLUMN rated        smallint,    -- 1 to 5
    ADD COLUMN published_at timestamptz,
    ADD COLUMN summarised_at timestamptz;
-- Read by tracker when a case with merged ones is answered.
CREATE INDEX cases_merged ON cases (merged_into) WHERE merged_into IS NOT NULL;

ALTER TABLE tasks DROP CONSTRAINT tasks_state_check;
ALTER TABLE tasks ADD CONSTRAINT tasks_state_check
    CHECK (state IN ('open', 'accepted', 'done', 'returned', 'transferred', 'cancelled'));
-- Read by sentinel: what falls due after the answer (to publish, to summarise, to close).
CREATE INDEX tasks_after ON tasks (next_at)
    WHERE finished_at IS NOT NULL AND next_at < 'infinity';

-- Duties flag as well; "update" again and again, each with its moment.
ALTER TABLE flags DROP CONSTRAINT flags_level_check;
ALTER TABLE flags ADD CONSTRAINT flags_level_check
    CHECK (level IN ('due_soon_half', 'due_soon_day', 'overdue', 'escalated_head',
                     'escalated_city', 'escalated_leader', 'forward', 'accept', 'apology', 'update',
                     'publish', 'summary'));
ALTER TABLE flags DROP CONSTRAINT flags_pkey;
ALTER TABLE flags ADD PRIMARY KEY (case_id, task, level, moment);

-- While one of these has no end, the citizen's clock stands.
CREATE TABLE pauses (
    case_id     uuid NOT NULL,
    since       timestamptz NOT NULL,
    until       timestamptz,
    kind        text NOT NULL CHECK (kind IN ('info', 'suspend')),
    PRIMARY KEY (case_id, since),
    CHECK (until >= since)
);

-- What people wrote with a step, as JSON, byte for byte; the event keeps a digest of it.
CREATE TABLE notes (
    seq         bigint PRIMARY KEY,      -- of its event
    case_id     uuid NOT NULL,
    body        json NOT NULL
);

-- What workers may be handed, and what not (any more): read by dispatch. A task is kept back while
-- its case stands still, when a person has it (the highest epoch there is), and once its answer
-- waits for a signature.
CREATE VIEW task_offers AS
    SELECT t.case_id, t.number, c.reference, c.service, t.unit, t.due_at, t.priority,
           CASE WHEN t.epoch < 9007199254740991 THEN t.epoch ELSE 0 END AS epoch,
           t.finished_at IS NOT NULL OR t.epoch = 9007199254740991
               OR c.state IN ('NEED_INFO', 'SUSPENDED')
               OR t.role = 'lead' AND c.state IN ('DRAFTED', 'APPROVED') AS kept_back,
           t.finished_at
      FROM tasks AS t
      JOIN cases AS c ON c.id = t.case_id;

GRANT SELECT, INSERT, UPDATE ON pauses TO dunghen_tracker;
GRANT SELECT, INSERT ON notes TO dunghen_tracker;
GRANT SELECT ON pauses, notes, task_offers
   TO dunghen_intake, dunghen_dispatch, dunghen_sentinel, dunghen_notifier, dunghen_console,
      dunghen_letters, dunghen_ctl;
