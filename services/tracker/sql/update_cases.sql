-- What commands have changed in cases. Nothing here is in an index, so a row stays on its page.
UPDATE cases AS c
   SET state = n.state, unit = n.unit, changes = n.changes, returns = n.returns,
       answered_at = n.answered_at, changed_at = n.changed_at
  FROM (SELECT unnest($1::uuid[]) AS id, unnest($2::text[]) AS state, unnest($3::text[]) AS unit,
               unnest($4::int4[]) AS changes, unnest($5::int2[]) AS returns,
               unnest($6::timestamptz[]) AS answered_at, unnest($7::timestamptz[]) AS changed_at) AS n
 WHERE c.id = n.id
