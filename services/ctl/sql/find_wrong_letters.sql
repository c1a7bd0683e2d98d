-- What is wrong with the letters of cases whose ids follow $1 up to $2, one row a finding: each
-- letter that is issued has its event, and each such event its letter. Drafts are refusals and apologies alone.
SELECT coalesce(c.reference, l.case_id::text, e.case_id::text),
       CASE WHEN l.id IS NOT NULL AND l.number IS NULL THEN 'has a letter without a number: ' || l.form
            WHEN l.id IS NULL THEN 'has no letter to its event ' || e.seq
            WHEN e.seq IS NULL THEN 'has a letter without its event: ' || l.register || ' ' ||
                                    l.number || '/' || l.year
            ELSE 'has another letter than its event ' || e.seq || ' says' END
  FROM (SELECT * FROM letters
         WHERE case_id > $1::uuid AND case_id <= $2::uuid
           AND (number IS NOT NULL OR form IN ('receipt', 'information'))) AS l
  FULL JOIN (SELECT * FROM events
              WHERE case_id > $1::uuid AND case_id <= $2::uuid AND type = 'letter_issued') AS e
       ON e.seq = l.issued_seq
  LEFT JOIN cases AS c ON c.id = coalesce(l.case_id, e.case_id)
 WHERE l.id IS NULL OR e.seq IS NULL OR e.case_id <> l.case_id OR e.at <> l.issued_at
    OR (e.detail ->> 'letter')::uuid <> l.id OR e.detail ->> 'form' <> l.form
    OR e.detail ->> 'unit' <> l.unit OR e.detail ->> 'register' <> l.register
    OR (e.detail ->> 'year')::int2 <> l.year OR (e.detail ->> 'number')::int4 <> l.number
 ORDER BY 1
