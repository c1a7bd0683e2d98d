-- The end of a list's statement. Of the cases found those behind the first $5; nth: which of them each is. When
-- fewer than $4 were found, the row of ended comes last, if there is one (is_end): there looking ended, and the next
-- step goes on.
SELECT walked.nth, walked.is_end, p.*
  FROM (SELECT $5 + w.n AS nth, false AS is_end, w.id
          FROM found
         CROSS JOIN unnest(ids[$5::bigint + 1:]) WITH ORDINALITY AS w (id, n)
         UNION ALL
        SELECT cardinality(f.ids) + 1, true, e.id
          FROM found AS f
          JOIN ended AS e ON cardinality(f.ids) < $4
         ORDER BY 1) AS walked
  JOIN public_cases AS p ON p.id = walked.id
 ORDER BY walked.nth
