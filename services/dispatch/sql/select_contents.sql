-- What the citizens said in cases $1: a row each, in the order asked, NULL when it is not there.
SELECT c.content
  FROM unnest($1::uuid[]) WITH ORDINALITY AS wanted (id, place)
  LEFT JOIN contents AS c ON c.case_id = wanted.id
 ORDER BY wanted.place
