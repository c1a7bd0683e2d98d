-- Cases that are back on the straight way.
DELETE FROM rare_cases
 WHERE id = ANY ($1::uuid[])
