-- The measures of the local day in the zone $1: one day of the primary key of measures, and the
-- few deltas that are not folded yet.
SELECT measure, sum(value)::bigint
  FROM measures_now
 WHERE day = (now() AT TIME ZONE $1)::date
 GROUP BY measure
