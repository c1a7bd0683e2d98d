-- Counts of what this transaction records; folded into measures later.
INSERT INTO measure_deltas (day, unit, service, measure, value)
SELECT $1::date, n.* FROM unnest($2::text[], $3::text[], $4::text[], $5::int8[]) AS n
