-- All that the issued letter $1 says, and its file when it has one.
SELECT l.form, l.unit, l.language, l.fields, l.register, l.number, l.issued_at,
       c.id, c.reference, c.kind, c.service, c.received_at, c.due_at, c.anonymous OR c.hide_name,
       k.sealed, f.hash, f.bytes, f.pages, f.signed_by
  FROM letters AS l
  JOIN cases AS c ON c.id = l.case_id
  LEFT JOIN contacts AS k ON k.case_id = l.case_id
  LEFT JOIN letter_files AS f ON f.letter = l.id
 WHERE l.id = $1::uuid AND l.issued_seq IS NOT NULL
