-- Inserts the rows of regime_limits.csv ($1, JSON). The files give minutes or
-- hours to the hour clocks, the table keeps seconds.
INSERT INTO regime_limits (regime, valid_from, duty, clock, amount, basis)
SELECT regime, valid_from, "limit",
       CASE clock WHEN 'clock_minutes' THEN 'clock_hours' ELSE clock END,
       CASE WHEN clock = 'clock_minutes' THEN amount * 60
            WHEN clock LIKE '%\_hours' THEN amount * 3600
            ELSE amount END, basis
  FROM json_to_recordset($1::json)
       AS f (regime text, valid_from date, "limit" text, clock text, amount bigint, basis text)
