-- Cases that were merged, by their leads, and are so no more.
DELETE FROM merged_cases AS m
 USING unnest($1::uuid[], $2::uuid[]) AS g (lead, id)
 WHERE m.lead = g.lead
   AND m.id = g.id
