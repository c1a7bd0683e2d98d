-- Of the areas $1 those in which a case lies, each as often as it is named.
SELECT k.area
  FROM unnest($1::text[]) AS k (area)
 CROSS JOIN LATERAL (SELECT FROM cases AS c WHERE c.area = k.area LIMIT 1) AS one
