-- Cases that have ended.
DELETE FROM open_cases AS o
 USING unnest($1::text[], $2::uuid[]) AS n (service, id)
 WHERE o.service = n.service AND o.id = n.id
