-- What commands have changed in the terms of cases: what only some of them ever have.
UPDATE cases AS c
   SET due_at = n.due_at, promised_at = n.promised_at, apologised_at = n.apologised_at,
       closed_at = n.closed_at, published_at = n.published_at, summarised_at = n.summarised_at,
       paused_at = n.paused_at, paused_us = n.paused_us, extensions = n.extensions,
       reopened = n.reopened, update_due_at = n.update_due_at, rated = nullif(n.rated, 0), merged = n.merged,
       drafted_by = nullif(n.drafted_by, ''), draft_result = nullif(n.draft_result, ''),
       draft_digest = nullif(n.draft_digest, ''), rejecting_by = nullif(n.rejecting_by, ''),
       rejecting_reason = nullif(n.rejecting_reason, ''), merged_into = n.merged_into,
       clock_from = n.clock_from, calendar = n.calendar, days_end = n.days_end
  FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::timestamptz[],
              $5::timestamptz[], $6::timestamptz[], $7::timestamptz[], $8::timestamptz[],
              $9::int8[], $10::int2[], $11::int2[], $12::timestamptz[], $13::int2[], $14::int2[],
              $15::text[], $16::text[], $17::text[], $18::text[], $19::text[], $20::uuid[],
              $21::timestamptz[], $22::text[], $23::timestamptz[])
       AS n (id, due_at, promised_at, apologised_at, closed_at, published_at, summarised_at,
             paused_at, paused_us, extensions, reopened, update_due_at, rated, merged, drafted_by,
             draft_result, draft_digest, rejecting_by, rejecting_reason, merged_into,
             clock_from, calendar, days_end)
 WHERE c.id = n.id
