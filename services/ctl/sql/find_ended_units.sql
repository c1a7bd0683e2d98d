-- Which of the codes ($1, a JSON array) are units that have ended by the local day in the zone $2, when, and which
-- units in force took over from each, or from who took over. Each unit is walked to once.
WITH RECURSIVE ended AS (
    SELECT u.code, u.valid_until, u.successors
      FROM json_array_elements_text($1::json) AS f (code)
      JOIN units AS u ON u.code = f.code
     WHERE u.valid_until < (now() AT TIME ZONE $2)::date
), heirs AS (
    SELECT e.code, s.code AS heir
      FROM ended AS e
     CROSS JOIN unnest(e.successors) AS s (code)
     UNION
    SELECT h.code, s.code
      FROM heirs AS h
      JOIN units AS u ON u.code = h.heir AND u.valid_until < (now() AT TIME ZONE $2)::date
     CROSS JOIN unnest(u.successors) AS s (code)
)
SELECT e.code, e.valid_until,
       (SELECT string_agg(u.code, ', ' ORDER BY u.code COLLATE "C")
          FROM heirs AS h
          JOIN units AS u ON u.code = h.heir
         WHERE h.code = e.code
           AND coalesce(u.valid_from, '-infinity') <= (now() AT TIME ZONE $2)::date
           AND coalesce(u.valid_until, 'infinity') >= (now() AT TIME ZONE $2)::date)
  FROM ended AS e
 ORDER BY e.code COLLATE "C"
