-- The case with the reference $1, and the unit that leads it.
SELECT id, unit FROM cases WHERE reference = $1
