-- What has not been delivered by its time ($1) is dead. At most 1000; how many of each lane.
WITH late AS (
    SELECT id
      FROM deliveries
     WHERE state = 'waiting' AND expires_at <= $1::timestamptz
     ORDER BY expires_at
     LIMIT 1000
), ended AS (
    UPDATE deliveries AS d
       SET state = 'dead', finished_at = $1::timestamptz,
           problem = coalesce(d.problem, 'not sent before its time was over')
      FROM late
     WHERE d.id = late.id
    RETURNING d.lane
)
SELECT lane, count(*) FROM ended GROUP BY lane
