-- Every step with its time, chained.
INSERT INTO events (seq, at, case_id, task, type, actor, detail, hash)
SELECT *
  FROM unnest($1::int8[], $2::timestamptz[], $3::uuid[], $4::int2[], $5::text[], $6::text[],
              $7::json[], $8::bytea[])
