-- Whoever is taken out of a case, leaves it or goes on to another one is no more listed with it. Else each one who ever
-- joined is looked up whenever the lead may end, and many may join and leave.
DELETE FROM merged_cases AS m
 USING cases AS c
 WHERE c.id = m.id
   AND c.merged_into IS DISTINCT FROM m.lead;

GRANT DELETE ON merged_cases TO dunghen_tracker;
