-- Cases that are new, or open again; they are in cases already.
INSERT INTO open_cases (service, id, cell)
SELECT n.service, n.id, case_cell(c)
  FROM unnest($1::text[], $2::uuid[]) AS n (service, id)
  JOIN cases AS c ON c.id = n.id
