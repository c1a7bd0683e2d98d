-- What is joined by whoever joins the case with the reference $1: itself, or the case that it was
-- merged into.
SELECT t.id, t.service, t.area, t.state
  FROM cases AS c
  JOIN cases AS t ON t.id = coalesce(c.merged_into, c.id)
 WHERE c.reference = $1::text
