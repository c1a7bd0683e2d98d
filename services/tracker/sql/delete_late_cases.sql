-- Cases that had ended late and have not any more: they were taken up again.
DELETE FROM late_cases
 WHERE id = ANY ($1::uuid[])
