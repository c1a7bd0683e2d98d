-- Every limit of every version of a regime with its source, as people read it.
SELECT regime, coalesce(valid_from::text, '') AS from, duty AS limit,
       CASE WHEN clock NOT LIKE '%\_hours' THEN amount
            WHEN amount % 3600 = 0 THEN amount / 3600
            ELSE amount / 60 END::text AS amount,
       CASE WHEN clock LIKE '%\_hours' AND amount % 3600 <> 0 THEN 'clock_minutes'
            ELSE clock END AS clock, basis
  FROM regime_limits
 ORDER BY regime COLLATE "C", valid_from NULLS FIRST, duty
