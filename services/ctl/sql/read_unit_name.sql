-- The Vietnamese name of the unit with the code $1.
SELECT name_vi FROM units WHERE code = $1::text
