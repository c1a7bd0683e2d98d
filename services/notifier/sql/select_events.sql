-- The 1000 events after $1 with what decides who is told: whom a citizen's contact is (as blind
-- indexes), what they have chosen, and the letter that was issued in the same commit.
SELECT e.at, e.case_id, e.task, e.type, e.detail->>'why', coalesce(t.unit, c.unit), c.language,
       k.phone_index, k.email_index,
       mail.wanted, mail.language, mail.quiet_from, mail.quiet_to,
       sms.wanted, sms.language, sms.quiet_from, sms.quiet_to,
       zalo.wanted, zalo.language, zalo.quiet_from, zalo.quiet_to,
       l.id, l.form, e.seq, c.service, c.unit, c.via, t.role
  FROM (SELECT seq, at, case_id, task, type, detail
          FROM events
         WHERE seq > $1::bigint
         ORDER BY seq
         LIMIT 1000) AS e
  LEFT JOIN cases AS c ON c.id = e.case_id
  LEFT JOIN tasks AS t ON t.case_id = e.case_id AND t.number = e.task
  LEFT JOIN contacts AS k ON k.case_id = e.case_id
  LEFT JOIN preferences AS mail ON mail.contact = k.email_index AND mail.channel = 'mail'
  LEFT JOIN preferences AS sms ON sms.contact = k.phone_index AND sms.channel = 'sms'
  LEFT JOIN preferences AS zalo ON zalo.contact = k.phone_index AND zalo.channel = 'zalo'
  LEFT JOIN LATERAL (SELECT id, form
                       FROM letters
                      WHERE case_id = e.case_id AND issued_at = e.at
                        AND form = CASE e.type WHEN 'received' THEN 'receipt'
                                               WHEN 'info_requested' THEN 'information'
                                               WHEN 'rejected' THEN 'refusal'
                                               WHEN 'apologised' THEN 'apology' END
                      ORDER BY issued_seq
                      LIMIT 1) AS l ON true
 ORDER BY e.seq
