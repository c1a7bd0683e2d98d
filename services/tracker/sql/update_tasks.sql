-- What commands have changed in tasks.
UPDATE tasks AS t
   SET state = n.state, accepted_at = n.accepted_at, finished_at = n.finished_at, epoch = n.epoch,
       worker = coalesce(n.worker, t.worker), outcome = coalesce(n.outcome, t.outcome),
       raised = n.raised, next_at = n.next_at
  FROM unnest($1::uuid[], $2::int2[], $3::text[], $4::timestamptz[], $5::timestamptz[],
              $6::int8[], $7::text[], $8::json[], $9::int4[], $10::timestamptz[])
       AS n (case_id, number, state, accepted_at, finished_at, epoch, worker, outcome, raised,
             next_at)
 WHERE t.case_id = n.case_id AND t.number = n.number
