-- Admits the holder of the key with the hash $1 (hexadecimal), called $2, for $3 requests a minute,
-- from the web pages $4 (a JSON array); it may have $5 webhooks.
INSERT INTO door_keys (hash, name, quota, origins, webhooks)
SELECT decode($1, 'hex'), $2, $3::integer,
       coalesce((SELECT array_agg(DISTINCT origin)
                   FROM json_array_elements_text($4::json) AS f (origin)), '{}'),
       $5::integer
