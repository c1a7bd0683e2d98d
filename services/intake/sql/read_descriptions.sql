-- What was said in the cases $1, to be compared here and never shown.
SELECT s.case_id, s.content ->> 'description'
  FROM unnest($1::uuid[]) AS k (id)
  JOIN contents AS s ON s.case_id = k.id
