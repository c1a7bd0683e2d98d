-- The last of the $2 cases whose ids follow $1, and how many they are; no row when there are none.
SELECT id, count(*) OVER ()
  FROM (SELECT id FROM cases WHERE id > $1::uuid ORDER BY id LIMIT $2::int8) AS part
 ORDER BY id DESC
 LIMIT 1
