-- The front end with the id $1 and the owner $2, or called $3, is told no more, from $4 on; what waits
-- for it is dropped. How many there are; one that was removed a minute ago counts, since it may be
-- asked for again.
WITH gone AS (
    UPDATE webhooks
       SET removed_at = coalesce(removed_at, $4::timestamptz)
     WHERE ((id = $1::uuid AND owner = $2::text) OR name = $3::text)
       AND coalesce(removed_at, $4::timestamptz) > $4::timestamptz - interval '1 minute'
    RETURNING name
), dropped AS (
    UPDATE deliveries AS d
       SET state = 'dropped', finished_at = $4::timestamptz
      FROM gone
     WHERE d.state = 'waiting' AND d.lane IN ('webhook:' || gone.name, 'georeport:' || gone.name)
)
SELECT count(*) FROM gone
