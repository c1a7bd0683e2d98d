-- What happened of the types $3 from $1 to $2 and after the step $4, the first $5 of it; is_shown: it is not
-- the step of a unit that only takes part. Steps are numbered in the order of their time, but for clocks that are
-- a little off, so the numbers of a span are sought by halves among those of its months, and what is between them is
-- walked in its order: a page costs what it shows, wherever in a span it lies.
-- :within: the months of the span, which are whole partitions.
\set within at >= date_trunc('month', $1::timestamptz - interval '1 day', 'UTC') AND at < date_trunc('month', $2::timestamptz + interval '1 month', 'UTC')
WITH RECURSIVE months AS MATERIALIZED (
    SELECT (SELECT seq FROM events WHERE :within ORDER BY seq LIMIT 1) - 1 AS low,
           (SELECT seq FROM events WHERE :within ORDER BY seq DESC LIMIT 1) + 1 AS high
), sought AS ( -- the step low, if there is one, was before the moment, the step high was not
    SELECT m.moment, s.low, s.high
      FROM months AS s
     CROSS JOIN (VALUES ($1::timestamptz - interval '1 minute'), ($2::timestamptz + interval '1 minute')) AS m (moment)
     UNION ALL
    SELECT s.moment, CASE WHEN e.at < s.moment THEN e.seq ELSE s.low END,
           CASE WHEN e.at < s.moment THEN s.high ELSE (s.low + s.high) / 2 END
      FROM sought AS s
     CROSS JOIN LATERAL (SELECT seq, at
                           FROM events
                          WHERE :within AND seq >= (s.low + s.high) / 2
                          ORDER BY seq
                          LIMIT 1) AS e
     WHERE s.high - s.low > 1
), span AS MATERIALIZED (
    SELECT seq, type, at, case_id, task
      FROM events
     WHERE :within
       AND seq > (SELECT max(low) FROM sought WHERE moment < $1)
       AND seq < (SELECT min(high) FROM sought WHERE moment > $2)
       AND seq > $4::bigint
       AND at >= $1 AND at <= $2 AND type = ANY ($3::text[])
     ORDER BY seq
     LIMIT $5::bigint
)
SELECT s.seq, t.role IS DISTINCT FROM 'coordinate' AS is_shown, s.type, s.at, c.reference, c.service, p.answer,
       p.photos[1] AS photo
  FROM span AS s
  JOIN cases AS c ON c.id = s.case_id
  LEFT JOIN tasks AS t ON t.case_id = s.case_id AND t.number = s.task
  LEFT JOIN publications AS p ON p.case_id = s.case_id
 ORDER BY s.seq
