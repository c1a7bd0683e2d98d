-- Cases that were merged, by their leads; perhaps not for the first time.
INSERT INTO merged_cases (lead, id)
SELECT * FROM unnest($1::uuid[], $2::uuid[])
    ON CONFLICT DO NOTHING
