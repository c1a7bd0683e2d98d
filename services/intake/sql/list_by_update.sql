-- The $4 cases that changed last, from $1 on and before the case $11 at $2, that $5 to $10 let through, of the
-- last $3 that changed; is_end: the last of these, where the next step goes on.
SELECT walked.is_end, p.*
  FROM (SELECT looked.at, looked.id, looked.n = $3 AS is_end
          FROM (SELECT h.at, h.id, case_fits(c, $5, $6, $7, $8, $9, $10) AS fits,
                       row_number() OVER (ORDER BY h.at DESC, h.id DESC) AS n
                  FROM case_changes AS h
                  JOIN cases AS c ON c.id = h.id AND greatest(c.received_at, c.answered_at, c.closed_at) = h.at
                 WHERE h.at >= $1::timestamptz AND (h.at, h.id) < ($2::timestamptz, $11::uuid)
                 ORDER BY h.at DESC, h.id DESC
                 LIMIT $3::bigint) AS looked
         WHERE looked.fits OR looked.n = $3
         ORDER BY looked.at DESC, looked.id DESC
         LIMIT $4::bigint) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 ORDER BY walked.at DESC, walked.id DESC
