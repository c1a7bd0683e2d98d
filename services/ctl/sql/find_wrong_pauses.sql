-- What is wrong with the pauses of cases whose ids follow $1 up to $2, one row a finding: a clock
-- that stands has one pause without an end, and what cases say of the past is the sum of the rest. Each
-- begins and ends with an event.
WITH stood AS (
    SELECT case_id, count(*) FILTER (WHERE until IS NULL) AS standing,
           max(since) FILTER (WHERE until IS NULL) AS since,
           sum(extract(epoch FROM until - since) * 1000000)::int8 AS us
      FROM pauses
     WHERE case_id > $1::uuid AND case_id <= $2::uuid
     GROUP BY case_id
)
SELECT coalesce(c.reference, s.case_id::text), wrong.what
  FROM (SELECT * FROM cases WHERE id > $1::uuid AND id <= $2::uuid
           AND (paused_at IS NOT NULL OR paused_us <> 0
                OR state IN ('NEED_INFO', 'SUSPENDED'))) AS c
  FULL JOIN stood AS s ON s.case_id = c.id
 CROSS JOIN LATERAL (VALUES
       ((c.state IN ('NEED_INFO', 'SUSPENDED')) IS DISTINCT FROM (c.paused_at IS NOT NULL)
            AND c.id IS NOT NULL,
        'is ' || c.state || ', but its clock ' ||
            CASE WHEN c.paused_at IS NULL THEN 'runs' ELSE 'stands' END),
       (coalesce(s.standing, 0) <> (c.paused_at IS NOT NULL)::int,
        'has ' || coalesce(s.standing, 0) || ' pauses without an end'),
       (s.since <> c.paused_at, 'stands since another moment than its pause'),
       (coalesce(s.us, 0) <> coalesce(c.paused_us, 0), 'stood for another time than its pauses'))
       AS wrong (is_so, what)
 WHERE wrong.is_so
UNION ALL
SELECT coalesce(c.reference, p.case_id::text, e.case_id::text),
       CASE WHEN e.case_id IS NULL THEN 'has a pause that begins without its event'
            ELSE 'has an event that stopped its clock, and no pause since then' END
  FROM (SELECT * FROM pauses WHERE case_id > $1::uuid AND case_id <= $2::uuid) AS p
  FULL JOIN (SELECT *
               FROM events
              WHERE case_id > $1::uuid AND case_id <= $2::uuid
                AND type IN ('info_requested', 'suspended')) AS e
       ON e.case_id = p.case_id AND e.at = p.since
  LEFT JOIN cases AS c ON c.id = coalesce(p.case_id, e.case_id)
 WHERE p.case_id IS NULL OR e.case_id IS NULL
UNION ALL
SELECT coalesce(c.reference, p.case_id::text), 'has a pause that ends without its event'
  FROM pauses AS p
  LEFT JOIN cases AS c ON c.id = p.case_id
 WHERE p.case_id > $1::uuid AND p.case_id <= $2::uuid AND p.until IS NOT NULL
   AND NOT EXISTS (SELECT
                     FROM events AS e
                    WHERE e.case_id = p.case_id AND e.at = p.until
                      AND e.case_id > $1::uuid AND e.case_id <= $2::uuid
                      AND e.type IN ('info_given', 'resumed', 'closed', 'rejected', 'merged',
                                     'forwarded_out', 'withdrawn'))
 ORDER BY 1
