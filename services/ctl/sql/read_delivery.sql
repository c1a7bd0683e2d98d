-- Everything about the delivery $1; times in the zone $2.
SELECT d.id AS delivery, c.reference AS "case", d.seq AS event, d.message, d.recipient AS "to",
       d.lane AS by, d.language, d.letter, d.state, d.attempts,
       to_char(d.next_at AT TIME ZONE $2, 'YYYY-MM-DD HH24:MI:SS') AS "not before",
       to_char(d.expires_at AT TIME ZONE $2, 'YYYY-MM-DD HH24:MI:SS') AS until,
       to_char(d.begun_at AT TIME ZONE $2, 'YYYY-MM-DD HH24:MI:SS') AS begun,
       to_char(d.finished_at AT TIME ZONE $2, 'YYYY-MM-DD HH24:MI:SS') AS finished,
       d.catalogue AS "texts of", d.problem
  FROM deliveries AS d
  LEFT JOIN cases AS c ON c.id = d.case_id
 WHERE d.id = $1::uuid
