-- Of the $4 open cases after the case $2 of the service $1, in the order of the list of what is open: their
-- open tasks that are of the units $3, which have ended, where the places of their cases are, and whether the
-- case is in the desk's hands. The last row has the case alone that was looked at last; none: there is no
-- open case after that one. Tasks are found by case, never by walking those that are open.
WITH span AS MATERIALIZED (
    SELECT service, id
      FROM open_cases
     WHERE (service, id) > ($1::text, $2::uuid)
     ORDER BY service, id
     LIMIT $4::bigint
)
SELECT s.service, s.id, t.number::bigint, t.unit, c.area, c.lat, c.lon,
       t.role = 'lead' AND c.state IN ('SCREENING', 'RETURNED') AS at_the_desk
  FROM span AS s
 CROSS JOIN LATERAL (SELECT number, role, unit, finished_at FROM tasks WHERE case_id = s.id OFFSET 0) AS t
  JOIN cases AS c ON c.id = s.id
 WHERE t.finished_at IS NULL AND t.unit = ANY ($3::text[])
UNION ALL
SELECT l.service, l.id, NULL, NULL, NULL, NULL, NULL, NULL
  FROM (SELECT service, id FROM span ORDER BY service DESC, id DESC LIMIT 1) AS l
 ORDER BY 1, 2, 3 NULLS LAST
