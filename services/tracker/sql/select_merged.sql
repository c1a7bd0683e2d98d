-- The cases that were merged into one of $1 and wait for its answer.
SELECT id FROM cases WHERE merged_into = ANY ($1::uuid[]) AND state = 'MERGED'
