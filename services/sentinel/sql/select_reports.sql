-- What the $2 events after $1 say of reports that may be of one incident, in their order, as the
-- cases are now: each that came in with a place, and each of which something has become since; with
-- the case that it was merged into, and the rule of its service. The last row has a number alone, that
-- of the last event looked at; when no service has such a rule, of the last there is.
WITH span AS MATERIALIZED (
    SELECT seq, case_id, type
      FROM events
     WHERE seq > $1::bigint AND EXISTS (SELECT FROM bursts)
     ORDER BY seq
     LIMIT $2::bigint
)
SELECT e.seq, e.type, c.id, c.service, t.unit, c.lat, c.lon, c.received_at,
       c.answered_at IS NULL AND c.closed_at IS NULL AND c.reopened = 0 AS open,
       b.reports, b.minutes, b.metres,
       l.id AS lead, lt.unit AS lead_unit, l.lat AS lead_lat, l.lon AS lead_lon,
       l.received_at AS lead_received_at, l.merged
  FROM span AS e
  JOIN cases AS c ON c.id = e.case_id AND c.lat IS NOT NULL
  JOIN bursts AS b ON b.service = c.service
  JOIN tasks AS t ON t.case_id = c.id AND t.number = 1
  LEFT JOIN LATERAL (SELECT id, service, lat, lon, received_at, merged
                       FROM cases
                      WHERE id = c.merged_into AND lat IS NOT NULL AND answered_at IS NULL AND closed_at IS NULL
                     OFFSET 0) AS l ON l.service = c.service
  LEFT JOIN tasks AS lt ON lt.case_id = l.id AND lt.number = 1
 WHERE e.type IN ('received', 'merged', 'split', 'answered', 'rejected', 'forwarded_out', 'withdrawn',
                  'closed')
UNION ALL
SELECT last.seq, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
       NULL, NULL
  FROM (SELECT coalesce((SELECT max(seq) FROM span),
                        (SELECT seq FROM events
                          WHERE seq > $1::bigint AND NOT EXISTS (SELECT FROM bursts)
                          ORDER BY seq DESC LIMIT 1)) AS seq) AS last
 WHERE last.seq IS NOT NULL
 ORDER BY 1, 2 NULLS LAST
