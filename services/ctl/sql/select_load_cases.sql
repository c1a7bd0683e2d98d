-- The cases with the references $1, as far as a load run knows what it sent; by reference in byte order.
SELECT reference, service, content->>'description', content->>'address', lat, lon
  FROM cases
 WHERE reference = ANY($1::text[])
 ORDER BY reference COLLATE "C"
