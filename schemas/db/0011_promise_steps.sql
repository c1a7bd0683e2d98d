-- What moved the promise of a case since its clock began: for counting it again when a calendar has
-- changed. Few cases have a row here.
CREATE VIEW promise_steps AS
    SELECT c.id AS case_id, s.kind, s.at, s.until
      FROM cases AS c,
           LATERAL (SELECT 'pause' AS kind, p.since AS at, p.until
                      FROM pauses AS p
                     WHERE p.case_id = c.id AND p.until IS NOT NULL
                     UNION ALL
                    SELECT 'date', e.at,
                           timestamptz '1970-01-01 00:00 UTC'
                               + (e.detail ->> 'to')::bigint * interval '1 microsecond'
                      FROM events AS e
                     WHERE e.case_id = c.id AND e.type = 'extended' AND c.extensions > 0) AS s
     WHERE (c.extensions > 0 OR c.paused_us > 0)
       AND s.at >= coalesce(c.clock_from, c.received_at);

GRANT SELECT ON promise_steps TO dunghen_tracker, dunghen_ctl;
