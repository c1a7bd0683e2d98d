-- The limits of every version of a regime; those of one stand together, in the order of the versions.
SELECT concat_ws(' ', regime, valid_from), duty, clock, amount
  FROM regime_limits
 ORDER BY regime COLLATE "C", valid_from NULLS FIRST
