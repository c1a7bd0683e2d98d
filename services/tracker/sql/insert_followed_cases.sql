-- Open cases that others were merged into.
INSERT INTO followed_cases (id)
SELECT unnest($1::uuid[])
