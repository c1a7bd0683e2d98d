-- What became of the attempts $2 at the deliveries $1: the state each is in now ($3), when a
-- waiting one is tried again ($4), what failed ($5 kind, $6 problem; NULL when nothing), as of $7.
-- An attempt that is not the last one begun changes nothing. What is told as Open311 has it goes in
-- its order: with a step that is tried again, later ones of its case wait as long. These are looked up
-- case by case: else the planner may walk all that wait, each time.
WITH done AS (
    SELECT *
      FROM unnest($1::uuid[], $2::smallint[], $3::text[], $4::timestamptz[], $5::text[], $6::text[])
           AS d (id, attempt, state, next_at, kind, problem)
), ended AS (
    UPDATE deliveries AS d
       SET state = done.state, next_at = coalesce(done.next_at, d.next_at), begun_at = NULL,
           problem = done.problem,
           finished_at = CASE WHEN done.state <> 'waiting' THEN $7::timestamptz END
      FROM done
     WHERE d.id = done.id AND d.attempts = done.attempt AND d.state = 'sending'
    RETURNING d.id, d.seq, d.case_id, d.lane
), behind AS (
    UPDATE deliveries AS d
       SET next_at = later.next_at
      FROM (SELECT l.id, done.next_at
              FROM ended
              JOIN done ON done.id = ended.id
             CROSS JOIN LATERAL (SELECT * FROM deliveries WHERE case_id = ended.case_id OFFSET 0) AS l
             WHERE done.state = 'waiting' AND starts_with(ended.lane, 'georeport:')
               AND l.lane = ended.lane AND l.seq > ended.seq
               AND l.state = 'waiting' AND l.next_at < done.next_at) AS later
     WHERE d.id = later.id
)
INSERT INTO delivery_failures (delivery, attempt, at, kind, problem)
SELECT done.id, done.attempt, $7::timestamptz, done.kind, done.problem
  FROM done
  JOIN ended ON ended.id = done.id
 WHERE done.kind IS NOT NULL
    ON CONFLICT DO NOTHING
