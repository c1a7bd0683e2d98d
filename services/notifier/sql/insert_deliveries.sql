-- The deliveries $3.. of the events up to $2, and the position moves from $1 to $2: all of it or
-- nothing, and only once. How often the position moved.
WITH moved AS (
    UPDATE notifier_position SET seq = $2::bigint WHERE seq = $1::bigint RETURNING 1
), made AS (
    INSERT INTO deliveries (id, seq, at, case_id, message, recipient, lane, language, letter,
                            next_at, expires_at)
    SELECT d.*
      FROM unnest($3::uuid[], $4::bigint[], $5::timestamptz[], $6::uuid[], $7::text[], $8::text[],
                  $9::text[], $10::text[], $11::uuid[], $12::timestamptz[], $13::timestamptz[]) AS d
     WHERE EXISTS (SELECT FROM moved)
        ON CONFLICT (id) DO NOTHING
)
SELECT count(*) FROM moved
