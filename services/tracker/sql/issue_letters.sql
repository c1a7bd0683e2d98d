-- Drafts that are issued as they are.
UPDATE letters AS l
   SET unit = n.unit, register = n.register, year = n.year, number = n.number,
       issued_at = $6::timestamptz, issued_seq = n.issued_seq
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int2[], $5::int4[], $7::int8[])
       AS n (id, unit, register, year, number, issued_seq)
 WHERE l.id = n.id
