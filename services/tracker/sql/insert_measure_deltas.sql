-- Counts of what this transaction records; folded into measures later.
INSERT INTO measure_deltas (day, unit, service, measure, value)
SELECT $1::date, unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::int8[])
