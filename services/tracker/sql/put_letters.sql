-- Letters that are drafted, drafted again, or issued with all that they say.
INSERT INTO letters (id, case_id, form, unit, language, fields, drafted_at, register, year, number,
                     issued_at, issued_seq)
SELECT n.id, n.case_id, n.form, n.unit, n.language, n.fields, n.drafted_at, n.register, n.year,
       n.number, CASE WHEN n.number IS NOT NULL THEN n.drafted_at END, n.issued_seq
  FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::json[],
              $7::timestamptz[], $8::text[], $9::int2[], $10::int4[], $11::int8[])
       AS n (id, case_id, form, unit, language, fields, drafted_at, register, year, number,
             issued_seq)
    ON CONFLICT (id) DO UPDATE
   SET unit = EXCLUDED.unit, fields = EXCLUDED.fields, register = EXCLUDED.register,
       year = EXCLUDED.year, number = EXCLUDED.number, issued_at = EXCLUDED.issued_at,
       issued_seq = EXCLUDED.issued_seq
