-- Every step with its time, chained.
INSERT INTO events (seq, at, case_id, task, type, actor, detail, hash)
SELECT unnest($1::int8[]), unnest($2::timestamptz[]), unnest($3::uuid[]), unnest($4::int2[]),
       unnest($5::text[]), unnest($6::text[]), unnest($7::json[]), unnest($8::bytea[])
