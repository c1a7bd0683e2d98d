-- The front end $1 is told from now on: called $2 by an operator or asked for by the holder $3 of a key
-- of the door; of the kind $4 at the address $5; of events of the types $6, of the services $7 and
-- of the units $8 (empty: all), only of cases that came by its key ($9); in the language $10, with the
-- jurisdiction $11, signed with the secret $12 and given the key $13, both sealed. At $14. At most
-- $15 are told. The verdict, and what it is called: 'kept' also of one that is there already under that id.
WITH asked AS (
    SELECT $1::uuid AS id, coalesce($2::text, $3::text || '/' || right($1::text, 12)) AS name,
           $3::text AS owner
), holder AS (
    SELECT k.webhooks AS most,
           (SELECT count(*) FROM webhooks AS w WHERE w.owner = k.name AND w.removed_at IS NULL) AS used,
           (SELECT count(*) FROM webhooks AS w WHERE w.owner = k.name) AS rows
      FROM door_keys AS k
     WHERE k.name = $3::text AND k.revoked_at IS NULL
), verdict AS (
    SELECT CASE
               WHEN EXISTS (SELECT FROM webhooks AS w WHERE w.id = a.id) THEN 'kept'
               WHEN a.owner IS NULL AND EXISTS (SELECT FROM webhooks AS w
                                                 WHERE w.name = a.name AND w.removed_at IS NULL)
                   THEN 'exists'
               WHEN EXISTS (SELECT FROM webhooks AS w
                             WHERE w.owner = a.owner AND w.url = $5::text AND w.kind = $4::text
                               AND w.removed_at IS NULL)
                   THEN 'exists'
               WHEN a.owner IS NOT NULL AND NOT EXISTS (SELECT FROM holder WHERE used < most)
                   THEN 'limit'
               -- What was removed is kept for a day, so this bounds what a key can write.
               WHEN a.owner IS NOT NULL AND NOT EXISTS (SELECT FROM holder WHERE rows < most + 100)
                   THEN 'changes'
               WHEN (SELECT count(*) FROM webhooks WHERE removed_at IS NULL) >= $15::bigint
                   THEN 'full'
               ELSE 'new'
           END AS word
      FROM asked AS a
), put AS (
    INSERT INTO webhooks AS w (id, name, owner, kind, url, types, services, units, own, language,
                               jurisdiction, sealed, sealed_key, created_at)
    SELECT a.id, a.name, a.owner, $4::text, $5::text, $6::text[], $7::text[], $8::text[], $9::boolean,
           $10::text, $11::text, decode($12::text, 'hex'), decode($13::text, 'hex'), $14::timestamptz
      FROM asked AS a, verdict AS v
     WHERE v.word = 'new'
        ON CONFLICT (name) DO UPDATE
       SET id = excluded.id, owner = excluded.owner, kind = excluded.kind, url = excluded.url,
           types = excluded.types, services = excluded.services, units = excluded.units,
           own = excluded.own, language = excluded.language, jurisdiction = excluded.jurisdiction,
           sealed = excluded.sealed, sealed_key = excluded.sealed_key,
           created_at = excluded.created_at, removed_at = NULL
     WHERE w.removed_at IS NOT NULL
)
SELECT CASE v.word WHEN 'new' THEN 'kept' ELSE v.word END, a.name FROM verdict AS v, asked AS a
