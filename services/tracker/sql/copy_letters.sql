-- Letters that are issued with the fields of another one, each to its own case; the promise that an
-- apology speaks of is its own.
INSERT INTO letters (id, case_id, form, unit, language, fields, drafted_at, register, year, number,
                     issued_at, issued_seq)
SELECT n.id, n.case_id, l.form, n.unit, n.language,
       CASE WHEN l.form = 'apology' THEN jsonb_set(l.fields::jsonb, '{due_at}', to_jsonb(n.due_at))::json
            ELSE l.fields END,
       $9::timestamptz, n.register, n.year, n.number, $9::timestamptz, n.issued_seq
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::text[], $7::int2[],
              $8::int4[], $10::int8[], $11::int8[])
       AS n (id, case_id, of_letter, unit, language, register, year, number, issued_seq, due_at)
  JOIN letters AS l ON l.id = n.of_letter
    ON CONFLICT (id) DO UPDATE
   SET unit = EXCLUDED.unit, fields = EXCLUDED.fields, register = EXCLUDED.register,
       year = EXCLUDED.year, number = EXCLUDED.number, issued_at = EXCLUDED.issued_at,
       issued_seq = EXCLUDED.issued_seq
