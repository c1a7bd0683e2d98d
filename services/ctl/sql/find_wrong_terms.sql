-- What is wrong with the moments of the cases whose ids follow $1 up to $2, one row a finding: each is that
-- of the event that said so. Keep in step with tracker's verbs: what was before the case was reopened does
-- not count any more, and an end is none after a split.
WITH said AS MATERIALIZED (
    SELECT seq, at, case_id, task, type, detail
      FROM events
     WHERE case_id > $1::uuid AND case_id <= $2::uuid
       AND type IN ('answered', 'merged_answered', 'closed', 'rejected', 'merged',
                    'forwarded_out', 'withdrawn', 'reopened', 'split', 'apologised', 'published',
                    'summarised', 'rated', 'extended')
), told AS (
    SELECT case_id, coalesce(max(seq) FILTER (WHERE type = 'reopened'), 0) AS reopened,
           coalesce(max(seq) FILTER (WHERE type = 'split'), 0) AS split,
           count(*) FILTER (WHERE type = 'reopened') AS reopenings,
           count(*) FILTER (WHERE type = 'extended') AS extensions,
           max(seq) FILTER (WHERE type IN ('answered', 'merged_answered')) AS answered,
           max(seq) FILTER (WHERE type IN ('closed', 'rejected', 'forwarded_out', 'withdrawn')
                                  OR type = 'merged' AND task > 0) AS ended,
           max(seq) FILTER (WHERE type = 'apologised') AS apologised,
           max(seq) FILTER (WHERE type = 'published') AS published,
           max(seq) FILTER (WHERE type = 'summarised') AS summarised,
           max(seq) FILTER (WHERE type = 'rated') AS rated
      FROM said
     GROUP BY case_id
), known AS (
    SELECT told.case_id, reopenings, extensions, again.at AS clock_from, answer.at AS answered_at,
           ending.at AS closed_at, apology.at AS apologised_at,
           (apology.detail ->> 'new_due_at')::int8 AS promised_us, public.at AS published_at,
           summary.at AS summarised_at, (rating.detail ->> 'score')::int2 AS rated
      FROM told
      LEFT JOIN said AS again ON again.seq = told.reopened
      LEFT JOIN said AS answer ON answer.seq = told.answered AND told.answered > told.reopened
      LEFT JOIN said AS ending ON ending.seq = told.ended
                              AND told.ended > greatest(told.reopened, told.split)
      LEFT JOIN said AS apology ON apology.seq = told.apologised AND told.apologised > told.reopened
      LEFT JOIN said AS public ON public.seq = told.published AND told.published > told.reopened
      LEFT JOIN said AS summary ON summary.seq = told.summarised AND told.summarised > told.reopened
      LEFT JOIN said AS rating ON rating.seq = told.rated
)
SELECT c.reference, wrong.what
  FROM cases AS c
  LEFT JOIN known AS k ON k.case_id = c.id
 CROSS JOIN (SELECT ' at another time than its events say') AS text (otherwise)
 CROSS JOIN LATERAL (VALUES
       (c.answered_at IS DISTINCT FROM k.answered_at, 'was answered' || otherwise),
       (c.closed_at IS DISTINCT FROM k.closed_at, 'ended' || otherwise),
       (c.apologised_at IS DISTINCT FROM k.apologised_at, 'was apologised for' || otherwise),
       ((extract(epoch FROM c.promised_at) * 1000000)::int8 IS DISTINCT FROM k.promised_us,
        'is promised with its apology for' || substr(otherwise, 4)),
       (c.published_at IS DISTINCT FROM k.published_at, 'was published' || otherwise),
       (c.summarised_at IS DISTINCT FROM k.summarised_at, 'was summarised' || otherwise),
       (c.clock_from IS DISTINCT FROM k.clock_from, 'has a clock that began' || otherwise),
       (c.reopened <> coalesce(k.reopenings, 0),
        'was reopened ' || c.reopened || ' times, but not by its events'),
       (coalesce(k.reopenings, 0) = 0 AND c.extensions <> coalesce(k.extensions, 0),
        'was extended ' || c.extensions || ' times, but not by its events'),
       (c.rated IS DISTINCT FROM k.rated, 'has another rating than its event says'))
       AS wrong (is_so, what)
 WHERE c.id > $1::uuid AND c.id <= $2::uuid AND wrong.is_so
 ORDER BY c.id
