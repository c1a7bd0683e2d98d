-- The $4 cases that changed last, from $1 on and before the case $15 at $2, that $6 to $14 let through, of the
-- last $3 that changed, without the first $5; nth: which of them; is_end: the last of these $3, where the next
-- step goes on.
SELECT walked.nth, walked.is_end, p.*
  FROM (SELECT looked.at, looked.id, looked.n = $3 AS is_end,
               row_number() OVER (ORDER BY looked.at DESC, looked.id DESC) AS nth
          FROM (SELECT h.at, h.id, case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14) AS fits,
                       row_number() OVER (ORDER BY h.at DESC, h.id DESC) AS n
                  FROM case_changes AS h
                  JOIN cases AS c ON c.id = h.id AND greatest(c.received_at, c.answered_at, c.closed_at) = h.at
                 WHERE h.at >= $1::timestamptz AND (h.at, h.id) < ($2::timestamptz, $15::uuid)
                 ORDER BY h.at DESC, h.id DESC
                 LIMIT $3::bigint) AS looked
         WHERE looked.fits OR looked.n = $3
         ORDER BY looked.at DESC, looked.id DESC
         LIMIT $4::bigint) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 WHERE walked.nth > $5::bigint OR walked.is_end
 ORDER BY walked.at DESC, walked.id DESC
