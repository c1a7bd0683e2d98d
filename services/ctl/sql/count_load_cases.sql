-- The cases of the load run $1 (nine digits), and how many of its numbers more than one case carries.
SELECT coalesce(sum(n), 0)::bigint, count(*) FILTER (WHERE n > 1)
  FROM (SELECT count(*) AS n
          FROM contents
         WHERE content->>'description' LIKE '%Phản ánh số ' || $1::text || '-__________.'
         GROUP BY right(content->>'description', 11)) AS numbers
