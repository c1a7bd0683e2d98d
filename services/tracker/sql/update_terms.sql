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
  FROM (SELECT unnest($1::uuid[]) AS id, unnest($2::timestamptz[]) AS due_at,
               unnest($3::timestamptz[]) AS promised_at, unnest($4::timestamptz[]) AS apologised_at,
               unnest($5::timestamptz[]) AS closed_at, unnest($6::timestamptz[]) AS published_at,
               unnest($7::timestamptz[]) AS summarised_at, unnest($8::timestamptz[]) AS paused_at,
               unnest($9::int8[]) AS paused_us, unnest($10::int2[]) AS extensions,
               unnest($11::int2[]) AS reopened, unnest($12::timestamptz[]) AS update_due_at,
               unnest($13::int2[]) AS rated, unnest($14::int2[]) AS merged, unnest($15::text[]) AS drafted_by,
               unnest($16::text[]) AS draft_result, unnest($17::text[]) AS draft_digest,
               unnest($18::text[]) AS rejecting_by, unnest($19::text[]) AS rejecting_reason,
               unnest($20::uuid[]) AS merged_into, unnest($21::timestamptz[]) AS clock_from,
               unnest($22::text[]) AS calendar, unnest($23::timestamptz[]) AS days_end) AS n
 WHERE c.id = n.id
