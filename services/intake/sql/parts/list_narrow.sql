-- The newest $4 cases between the ids $1 and $2 that $6 to $14 let through, of what is kept beside cases, by the
-- keys $15. Of each key the newest $3 are listed, and of all that are the newest $16 looked at.
-- Compared as pairs, as in list_by_key.sql.
-- :table, :key: where they are kept, and its column; :has: the condition of that index; :among: the keys.
WITH listed AS MATERIALIZED (
    SELECT ARRAY(SELECT t.id
                   FROM :table AS t
                  WHERE :has
                    AND (:key, t.id) > (k.key, $1::uuid) AND (:key, t.id) < (k.key, $2::uuid)
                  ORDER BY :key DESC, t.id DESC
                  LIMIT $3::bigint) AS ids
      FROM unnest(:among) AS k (key)
), listed_to AS MATERIALIZED ( -- the newest that was the last listed of its key: behind it others may be missing
    SELECT ids[$3] AS id
      FROM listed
     WHERE ids[$3] IS NOT NULL
     ORDER BY 1 DESC
     LIMIT 1
), newest AS MATERIALIZED (
    SELECT ARRAY(SELECT i.id
                   FROM listed
                  CROSS JOIN unnest(ids) AS i (id)
                  WHERE i.id >= coalesce((SELECT id FROM listed_to), $1)
                  ORDER BY i.id DESC
                  LIMIT $16::bigint) AS ids
), ended AS MATERIALIZED (
    SELECT coalesce(ids[$16], (SELECT id FROM listed_to)) AS id -- NULL: all was looked at
      FROM newest
), found AS MATERIALIZED (
    SELECT ARRAY(SELECT looked.id
                   FROM (SELECT i.id
                           FROM newest
                          CROSS JOIN unnest(ids) AS i (id)
                          ORDER BY i.id DESC) AS looked
                   JOIN cases AS c ON c.id = looked.id
                  WHERE case_fits(c, $6, $7, $8, $9, $10, $11, $12, $13, $14)
                  ORDER BY looked.id DESC
                  LIMIT $4::bigint) AS ids
)
\ir list_end.sql
