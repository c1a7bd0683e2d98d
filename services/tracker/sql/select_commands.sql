-- What the commands $1 were answered with, when they were said before.
SELECT k.id, k.fingerprint, c.id, c.reference, c.unit, c.state, c.received_at, c.due_at
  FROM unnest($1::uuid[]) AS asked (id)
  JOIN commands AS k ON k.id = asked.id
  JOIN cases AS c ON c.id = k.case_id
