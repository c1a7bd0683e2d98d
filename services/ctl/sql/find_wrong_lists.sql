-- What is wrong with what lists walk for the cases whose ids follow $1 up to $2, one row a finding.
WITH listed AS (
    SELECT o.id, o.service, o.cell
      FROM services AS s
      JOIN open_cases AS o ON o.service = s.code AND o.id > $1::uuid AND o.id <= $2::uuid
), rare AS (
    SELECT id, state
      FROM rare_cases
     WHERE id > $1 AND id <= $2
), late AS (
    SELECT id, unit, service, late, apologised_at
      FROM late_cases
     WHERE id > $1::uuid AND id <= $2::uuid
), led AS (
    SELECT g.lead, bool_or(m.id IS NULL) AS wrongly,
           count(*) FILTER (WHERE m.state = 'MERGED') AS merged
      FROM merged_cases AS g
      LEFT JOIN cases AS m ON m.id = g.id AND m.merged_into = g.lead
     WHERE g.lead > $1::uuid AND g.lead <= $2::uuid
     GROUP BY g.lead
), kept AS (
    SELECT id, reference, service, case_updated_at(c) AS updated_at,
           CASE WHEN due_at < coalesce(answered_at, closed_at)
                THEN (unit, service, tstzrange(due_at, coalesce(answered_at, closed_at)), apologised_at) END AS late,
           answered_at IS NULL AND closed_at IS NULL AS open, merged, merged_into, case_cell(c) AS cell,
           CASE WHEN state NOT IN ('SCREENING', 'ASSIGNED', 'IN_PROGRESS', 'ANSWERED', 'CLOSED') THEN state END AS rare_state
      FROM cases AS c
     WHERE id > $1::uuid AND id <= $2::uuid
)
SELECT coalesce(k.reference, l.id::text, r.id::text, t.id::text, d.lead::text), wrong.what
  FROM kept AS k
  FULL JOIN listed AS l ON l.id = k.id
  FULL JOIN rare AS r ON r.id = k.id
  FULL JOIN late AS t ON t.id = k.id
  FULL JOIN led AS d ON d.lead = k.id
 CROSS JOIN LATERAL (VALUES
       (k.id IS NULL AND l.id IS NOT NULL, 'is listed as open, and is not there'),
       (k.open AND l.id IS NULL, 'is open, and not listed as such'),
       (NOT k.open AND l.id IS NOT NULL, 'has ended, and is listed as open'),
       (l.service <> k.service, 'is listed as open for another service'),
       (l.id = k.id AND l.cell IS DISTINCT FROM k.cell, 'is listed as open at another place'),
       (k.rare_state IS DISTINCT FROM r.state, 'is in a rare state, or listed as such, but not both'),
       (k.late IS DISTINCT FROM CASE WHEN t.id IS NOT NULL THEN (t.unit, t.service, t.late, t.apologised_at) END,
        'ended late, or is listed as such, but not both'),
       (NOT EXISTS (SELECT FROM case_changes AS h WHERE h.at = k.updated_at AND h.id = k.id)
            AND k.id IS NOT NULL,
        'is not listed with the moment of its change'),
       ((k.open AND k.merged > 0) <> EXISTS (SELECT FROM followed_cases AS f WHERE f.id = k.id),
        'is open and followed, or listed as such, but not both'),
       (k.merged <> coalesce(d.merged, 0),
        'says that ' || k.merged || ' were merged into it, which is not so'),
       (k.merged_into IS NOT NULL
            AND NOT EXISTS (SELECT FROM merged_cases AS g WHERE g.lead = k.merged_into AND g.id = k.id),
        'was merged, and is not listed with its lead'),
       (d.wrongly OR k.id IS NULL AND d.lead IS NOT NULL,
        'is listed as the lead of a case that was not merged into it'))
       AS wrong (is_so, what)
 WHERE wrong.is_so
 ORDER BY 1
