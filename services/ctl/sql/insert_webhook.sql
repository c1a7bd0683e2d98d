-- The front end $1 with the id $2 is told at $3 of events of the types $4 (a JSON array; empty:
-- all), signed with the secret $5 (sealed). No row when there is one of that name already; one that
-- was removed is there again.
INSERT INTO webhooks AS w (name, id, url, types, sealed)
VALUES ($1, $2::uuid, $3,
        ARRAY(SELECT json_array_elements_text($4::json)), $5::bytea)
ON CONFLICT (name) DO UPDATE
   SET id = excluded.id, url = excluded.url, types = excluded.types, sealed = excluded.sealed,
       created_at = now(), removed_at = NULL
 WHERE w.removed_at IS NOT NULL
RETURNING name
