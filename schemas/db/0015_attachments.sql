-- Files that belong to cases: photos, documents, videos, sounds. The files themselves are on the disk
-- under their own hash (DUNGHEN_ATTACHMENTS_DIR); what a case has of them is here.

CREATE TABLE attachment_limits (
    kind        text PRIMARY KEY CHECK (kind IN ('photo', 'document', 'video', 'sound')),
    max_bytes   bigint NOT NULL CHECK (max_bytes > 0),
    max_count   integer NOT NULL CHECK (max_count > 0) -- of one case
);

-- One row for each file that came with a submission, a note or an answer; the event with which it
-- came names it too, so the chain covers it.
CREATE TABLE attachments (
    case_id     uuid NOT NULL,
    seq         bigint NOT NULL,         -- of the event with which it came
    number      smallint NOT NULL CHECK (number > 0), -- within it
    hash        bytea NOT NULL CHECK (length(hash) = 32), -- BLAKE2b-256 of the file
    type        text NOT NULL CHECK (type IN ('jpg', 'pdf', 'mp4', 'mov', '3gp', 'm4a', 'mp3', 'ogg')),
    bytes       bigint NOT NULL CHECK (bytes > 0),
    width       integer CHECK (width > 0),
    height      integer CHECK (height > 0),
    given_by    text NOT NULL CHECK (given_by IN ('citizen', 'unit')),
    added_at    timestamptz NOT NULL,
    PRIMARY KEY (case_id, seq, number),
    CHECK (num_nulls(width, height) IN (0, 2))
);
-- Read by intake: whether a stored file belongs to any case, and to a published one.
CREATE INDEX attachments_hash ON attachments (hash);

-- Those of a case that everybody may see, since somebody has looked at them: names.
ALTER TABLE publications ADD COLUMN photos text[] NOT NULL DEFAULT '{}';

-- As before, with the first of these files at the end.
CREATE OR REPLACE VIEW public_cases AS
    SELECT c.id, c.reference, c.kind, c.service, c.unit, c.state, c.area, c.received_at, c.due_at,
           c.answered_at, c.closed_at,
           coalesce(c.closed_at, c.answered_at, c.received_at) AS updated_at,
           c.answered_at IS NULL AND c.closed_at IS NULL AS open,
           CASE WHEN c.kind = 'field_report' THEN floor(c.lat * 1000 + 0.5) / 1000 END AS lat,
           CASE WHEN c.kind = 'field_report' THEN floor(c.lon * 1000 + 0.5) / 1000 END AS lon,
           c.changes,
           p.description, p.answer, p.published_at, p.photos[1] AS photo
      FROM cases AS c
      LEFT JOIN publications AS p ON p.case_id = c.id;

GRANT SELECT, INSERT ON attachments TO dunghen_tracker;
GRANT SELECT ON attachments
   TO dunghen_intake, dunghen_console, dunghen_notifier, dunghen_dispatch, dunghen_ctl;
GRANT SELECT ON attachment_limits
   TO dunghen_intake, dunghen_router, dunghen_tracker, dunghen_dispatch, dunghen_sentinel,
      dunghen_notifier, dunghen_console, dunghen_letters;
GRANT SELECT, INSERT, UPDATE, DELETE ON attachment_limits TO dunghen_ctl;
