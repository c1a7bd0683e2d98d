-- Texts that everybody may read from now on; after a reopening another answer replaces the first.
INSERT INTO publications (case_id, published_at, answer, description)
SELECT n.case_id, $3::timestamptz, n.body ->> 'answer', n.body ->> 'description'
  FROM unnest($1::uuid[], $2::json[]) AS n (case_id, body)
    ON CONFLICT (case_id) DO UPDATE
   SET published_at = EXCLUDED.published_at, answer = EXCLUDED.answer,
       description = EXCLUDED.description
