-- Texts that everybody may read from now on, and files that everybody may see; after a reopening
-- another answer replaces the first.
INSERT INTO publications (case_id, reference, published_at, answer, description, photos)
SELECT n.case_id, c.reference, $3::timestamptz, n.body ->> 'answer', n.body ->> 'description',
       ARRAY (SELECT json_array_elements_text(n.body -> 'photos'))
  FROM unnest($1::uuid[], $2::json[]) AS n (case_id, body)
  JOIN cases AS c ON c.id = n.case_id
    ON CONFLICT (case_id) DO UPDATE
   SET published_at = EXCLUDED.published_at, answer = EXCLUDED.answer,
       description = EXCLUDED.description, photos = EXCLUDED.photos
