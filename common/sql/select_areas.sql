-- Every area with its shape, by code; none unless $1.
SELECT code, unit, shape FROM areas WHERE $1::boolean ORDER BY code COLLATE "C"
