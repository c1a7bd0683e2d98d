-- Cases whose state is a rare one now, or another rare one.
INSERT INTO rare_cases (id, state)
SELECT * FROM unnest($1::uuid[], $2::text[])
    ON CONFLICT (id) DO UPDATE
   SET state = EXCLUDED.state
