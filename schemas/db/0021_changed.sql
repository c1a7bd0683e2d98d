-- A case that was merged hears the answer of the one that it joined after it was closed: that is a
-- change, too, which lists of what has changed have to tell.
CREATE OR REPLACE VIEW public_cases AS
    SELECT c.id, c.reference, c.kind, c.service, c.unit, c.state, c.area, c.received_at, c.due_at,
           c.answered_at, c.closed_at,
           greatest(c.received_at, c.answered_at, c.closed_at) AS updated_at, -- NULLs do not count
           c.answered_at IS NULL AND c.closed_at IS NULL AS open,
           CASE WHEN c.kind = 'field_report' THEN floor(c.lat * 1000 + 0.5) / 1000 END AS lat,
           CASE WHEN c.kind = 'field_report' THEN floor(c.lon * 1000 + 0.5) / 1000 END AS lon,
           c.changes,
           p.description, p.answer, p.published_at, p.photos[1] AS photo
      FROM cases AS c
      LEFT JOIN publications AS p ON p.case_id = c.id;

INSERT INTO case_changes (at, id)
SELECT answered_at, id FROM cases WHERE answered_at > closed_at
    ON CONFLICT DO NOTHING;
