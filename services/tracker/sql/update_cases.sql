-- What commands have changed in cases. Nothing here is in an index, so a row stays on its page.
UPDATE cases AS c
   SET state = n.state, unit = n.unit, changes = n.changes, returns = n.returns,
       answered_at = n.answered_at, changed_at = n.changed_at
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int4[], $5::int2[], $6::timestamptz[],
              $7::timestamptz[])
       AS n (id, state, unit, changes, returns, answered_at, changed_at)
 WHERE c.id = n.id
