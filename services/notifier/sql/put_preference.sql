-- What contact $1 chooses for channel $2: wanted ($3), language ($4), quiet hours ($5 to $6, in
-- minutes); NULL leaves as it is. At $7, by $8.
INSERT INTO preferences AS p (contact, channel, wanted, language, quiet_from, quiet_to, changed_at,
                              changed_by)
VALUES ($1::bytea, $2::text, $3::boolean, $4::text, $5::integer, $6::integer, $7::timestamptz,
        $8::text)
ON CONFLICT (contact, channel) DO UPDATE
   SET wanted = coalesce(excluded.wanted, p.wanted),
       language = coalesce(excluded.language, p.language),
       quiet_from = coalesce(excluded.quiet_from, p.quiet_from),
       quiet_to = coalesce(excluded.quiet_to, p.quiet_to),
       changed_at = excluded.changed_at,
       changed_by = excluded.changed_by
