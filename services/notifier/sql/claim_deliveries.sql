-- Begins an attempt now ($3) with what is due in each lane of $1, the earliest first, at most so
-- many as $2 says, with the texts of catalogue version $4. Committed before anything is sent: an
-- attempt whose outcome nobody knows is seen. With all that the messages need; the answer of a case
-- that was merged is the other's. A unit's own words to the citizen stand in its letter or, of a case
-- that was passed on, in the note; other notes are not for the citizen. What is told as Open311 has
-- it goes in its order, case by case: a later step waits until those before it have ended.
WITH due AS (
    SELECT d.id
      FROM unnest($1::text[], $2::integer[]) AS wanted (lane, most)
     CROSS JOIN LATERAL (SELECT w.id
                           FROM deliveries AS w
                          WHERE w.state = 'waiting' AND w.lane = wanted.lane
                            AND w.next_at <= $3::timestamptz
                            AND (w.letter IS NULL
                                 OR EXISTS (SELECT FROM letter_files WHERE letter = w.letter))
                            AND (NOT starts_with(wanted.lane, 'georeport:')
                                 OR NOT EXISTS (SELECT FROM deliveries AS o
                                                 WHERE o.case_id = w.case_id AND o.lane = w.lane
                                                   AND o.seq < w.seq AND o.finished_at IS NULL))
                          ORDER BY w.next_at
                          LIMIT wanted.most) AS d
), begun AS (
    UPDATE deliveries AS d
       SET state = 'sending', attempts = d.attempts + 1, begun_at = $3::timestamptz,
           catalogue = $4::bigint
      FROM due
     WHERE d.id = due.id
    RETURNING d.*
)
SELECT b.id, b.seq, b.at, b.case_id, b.message, b.recipient, b.lane, b.language, b.attempts,
       b.expires_at, c.reference, c.service, c.unit, c.state, c.received_at, c.due_at,
       e.type, e.task, t.unit, e.detail, coalesce(t.outcome, a.outcome), k.sealed, k.phone_index, k.email_index,
       CASE WHEN e.type = 'forwarded_out' THEN n.body->>'text' ELSE l.fields->>'text' END,
       f.hash, l.form, l.unit, l.register, l.year, l.number, p.answer
  FROM begun AS b
  LEFT JOIN cases AS c ON c.id = b.case_id
  LEFT JOIN events AS e ON e.seq = b.seq AND e.at = b.at
  LEFT JOIN tasks AS t ON t.case_id = b.case_id AND t.number = e.task
  LEFT JOIN LATERAL (SELECT o.outcome
                       FROM cases AS m
                       JOIN tasks AS o ON o.case_id = m.id AND o.role = 'lead' AND o.state = 'done'
                      WHERE e.type = 'merged_answered' AND m.reference = e.detail->>'into'
                      ORDER BY o.number DESC
                      LIMIT 1) AS a ON true
  LEFT JOIN contacts AS k ON k.case_id = b.case_id AND b.recipient = 'citizen'
  LEFT JOIN notes AS n ON n.seq = coalesce((e.detail->>'note_of')::bigint, b.seq)
  LEFT JOIN letters AS l ON l.id = b.letter
  LEFT JOIN letter_files AS f ON f.letter = b.letter
  LEFT JOIN publications AS p ON p.case_id = b.case_id AND starts_with(b.lane, 'georeport:')
