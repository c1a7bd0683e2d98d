-- The last number of each register that this transaction has taken one from.
INSERT INTO letter_numbers (unit, register, year, last)
SELECT * FROM unnest($1::text[], $2::text[], $3::int2[], $4::int4[])
    ON CONFLICT (unit, register, year) DO UPDATE SET last = EXCLUDED.last
