-- After which event reports have to be counted at $1: all that came in as long before as a rule looks
-- back, and a minute more, since ids (UUIDv7) are a little older than their events. Without such a
-- report, the last event there is.
SELECT coalesce((SELECT min(e.seq) - 1
                   FROM (SELECT id
                           FROM cases
                          WHERE id > (SELECT (lpad(to_hex(floor(extract(epoch FROM $1::timestamptz
                                                  - (max(minutes) + 1) * interval '1 minute')
                                                  * 1000)::bigint), 12, '0')
                                              || '70008000000000000000')::uuid
                                        FROM bursts)
                          ORDER BY id
                          LIMIT 200) AS c
                   JOIN events AS e ON e.case_id = c.id AND e.type = 'received'),
                (SELECT seq FROM events ORDER BY seq DESC LIMIT 1), 0)
