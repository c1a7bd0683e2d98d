-- What the command $1 was said about, with what, when it was said before: the case's receipt.
SELECT k.fingerprint, c.id, c.reference, c.unit, c.state, c.received_at, c.due_at
  FROM commands AS k
  JOIN cases AS c ON c.id = k.case_id
 WHERE k.id = $1::uuid
