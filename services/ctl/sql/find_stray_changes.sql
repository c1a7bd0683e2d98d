-- Whether the list of what has changed has more rows than there are cases; that it has one of each is seen case
-- by case.
SELECT 'case_changes', 'has ' || h.rows || ' moments for ' || c.rows || ' cases'
  FROM (SELECT count(*) AS rows FROM case_changes) AS h, (SELECT count(*) AS rows FROM cases) AS c
 WHERE h.rows > c.rows
