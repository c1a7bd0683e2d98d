-- What was said in the cases $1, without and with where it is, to be compared here and never shown.
SELECT s.case_id, s.content ->> 'description',
       concat_ws(' ', s.content ->> 'description', s.content ->> 'address')
  FROM unnest($1::uuid[]) AS k (id)
  JOIN contents AS s ON s.case_id = k.id
