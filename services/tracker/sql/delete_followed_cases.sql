-- Of these nobody waits for an answer any more.
DELETE FROM followed_cases
 WHERE id = ANY ($1::uuid[])
