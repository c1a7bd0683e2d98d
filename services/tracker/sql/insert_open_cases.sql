-- Cases that are open again.
INSERT INTO open_cases (service, id, cell)
SELECT n.service, n.id, case_cell(c)
  FROM unnest($1::text[], $2::uuid[]) AS n (service, id)
  JOIN cases AS c ON c.id = n.id
