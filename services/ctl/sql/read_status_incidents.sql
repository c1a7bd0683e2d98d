-- Open cases that most others wait for, at most ten, with how many such cases there are and how many wait in all.
SELECT c.reference, c.service, s.name_vi, c.unit, c.merged, c.received_at, c.due_at,
       count(*) OVER () AS leads, sum(c.merged) OVER ()::bigint AS waiting
  FROM followed_cases AS f
  JOIN cases AS c ON c.id = f.id
  LEFT JOIN services AS s ON s.code = c.service
 ORDER BY c.merged DESC, c.id
 LIMIT 10
