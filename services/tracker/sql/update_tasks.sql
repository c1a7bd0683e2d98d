-- What commands have changed in tasks.
UPDATE tasks AS t
   SET state = n.state, accepted_at = n.accepted_at, finished_at = n.finished_at, epoch = n.epoch,
       worker = coalesce(n.worker, t.worker), outcome = coalesce(n.outcome, t.outcome),
       raised = n.raised, next_at = n.next_at
  FROM (SELECT unnest($1::uuid[]) AS case_id, unnest($2::int2[]) AS number, unnest($3::text[]) AS state,
               unnest($4::timestamptz[]) AS accepted_at, unnest($5::timestamptz[]) AS finished_at,
               unnest($6::int8[]) AS epoch, unnest($7::text[]) AS worker, unnest($8::json[]) AS outcome,
               unnest($9::int4[]) AS raised, unnest($10::timestamptz[]) AS next_at) AS n
 WHERE t.case_id = n.case_id AND t.number = n.number
