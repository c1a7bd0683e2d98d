-- Open cases are counted by these calendars ($1: codes, $2: digests), unless one has changed again.
INSERT INTO calendar_recounts (calendar, digest, days, done_at)
SELECT d.code, d.digest, d.days, now()
  FROM unnest($1::text[], $2::text[]) AS done (code, digest)
  JOIN calendar_digests AS d ON d.code = done.code AND d.digest = done.digest
    ON CONFLICT (calendar) DO UPDATE
   SET digest = excluded.digest, days = excluded.days, done_at = excluded.done_at
