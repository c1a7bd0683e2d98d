-- When a step last changed an open case: who asks what has changed since (Open311's updated_after) also wants to
-- hear of those that were accepted, asked about, handed on, given another promise or opened again. Flags of the
-- clock change nothing that others see. A case that no step has changed since it came in, or since this is
-- counted, has none.
ALTER TABLE cases ADD COLUMN changed_at timestamptz;

-- Open311 wants to be told of a closed case when it was closed, whatever is said of it afterwards. NULLs do not count.
CREATE FUNCTION case_updated_at(c cases) RETURNS timestamptz LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
    SELECT greatest(c.received_at, c.answered_at, c.closed_at,
                    CASE WHEN c.answered_at IS NULL AND c.closed_at IS NULL THEN c.changed_at END)
    $$;

CREATE OR REPLACE VIEW public_cases AS
    SELECT c.id, c.reference, c.kind, c.service, c.unit, c.state, c.area, c.received_at, c.due_at,
           c.answered_at, c.closed_at,
           case_updated_at(c) AS updated_at,
           c.answered_at IS NULL AND c.closed_at IS NULL AS open,
           CASE WHEN c.kind = 'field_report' THEN floor(c.lat * 1000 + 0.5) / 1000 END AS lat,
           CASE WHEN c.kind = 'field_report' THEN floor(c.lon * 1000 + 0.5) / 1000 END AS lon,
           c.changes,
           p.description, p.answer, p.published_at, p.photos[1] AS photo
      FROM cases AS c
      LEFT JOIN publications AS p ON p.case_id = c.id;
