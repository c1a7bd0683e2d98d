-- Which files that came after their case, with a note, a draft or an answer, are not those that its words name, one
-- row a finding. The chain holds the words. Of drafts that were written again the words are gone, so that nothing
-- holds their files; an approved answer goes out without files of its own, which came with the draft.
WITH happened AS MATERIALIZED (
    SELECT e.case_id, e.seq, e.task, e.type,
           CASE WHEN e.type = 'drafted' THEN e.detail ->> 'draft'
                WHEN e.type IN ('answered', 'coordinated', 'returned') THEN e.detail ->> 'outcome'
           END AS digest
      FROM events AS e
     WHERE e.case_id IN (SELECT case_id FROM attachments
                          UNION
                         SELECT case_id FROM tasks WHERE outcome::text LIKE '%"attachments"%')
), worded AS (
    SELECT case_id, seq, task,
           digest = first_value(digest) OVER (PARTITION BY case_id, task ORDER BY seq DESC) AS is_kept,
           type <> 'answered' OR digest IS DISTINCT FROM
               lag(digest) OVER (PARTITION BY case_id, task ORDER BY seq) AS must_have
      FROM happened
     WHERE digest IS NOT NULL
), words AS (
    SELECT n.case_id, n.seq, true AS must_have, n.body -> 'attachments' AS files
      FROM notes AS n
     WHERE n.body::text LIKE '%"attachments"%'
     UNION ALL
    SELECT w.case_id, w.seq, w.must_have, t.outcome -> 'attachments'
      FROM worded AS w
      JOIN tasks AS t ON t.case_id = w.case_id AND t.number = w.task
     WHERE w.is_kept AND t.outcome::text LIKE '%"attachments"%'
), said AS (
    SELECT w.case_id, w.seq, w.must_have, f.number, f.file ->> 'name' AS name, f.file ->> 'bytes' AS bytes
      FROM words AS w
     CROSS JOIN json_array_elements(CASE WHEN json_typeof(w.files) = 'array' THEN w.files END)
                WITH ORDINALITY AS f (file, number)
), kept AS (
    SELECT a.case_id, a.seq, a.number, encode(a.hash, 'hex') || '.' || a.type AS name, a.bytes,
           (a.given_by = 'answer') <> (w.seq IS NOT NULL) AS is_anothers,
           w.is_kept IS NOT FALSE AS is_held
      FROM attachments AS a
      LEFT JOIN happened AS h ON h.case_id = a.case_id AND h.seq = a.seq
      LEFT JOIN worded AS w ON w.case_id = a.case_id AND w.seq = a.seq
     WHERE h.type IS DISTINCT FROM 'received'
)
SELECT coalesce(c.reference, s.case_id::text, k.case_id::text), wrong.what
  FROM said AS s
  FULL JOIN kept AS k ON k.case_id = s.case_id AND k.seq = s.seq AND k.number = s.number
  LEFT JOIN cases AS c ON c.id = coalesce(s.case_id, k.case_id)
 CROSS JOIN LATERAL (VALUES
       (k.name IS NULL AND s.must_have, 'does not have the file ' || s.name || ', which came with event ' || s.seq),
       (k.is_held AND k.name IS DISTINCT FROM s.name,
        'has the file ' || k.name || ', which did not come with event ' || k.seq),
       (k.name = s.name AND k.bytes::text <> s.bytes,
        'has the file ' || k.name || ' with another size than event ' || k.seq),
       (k.is_anothers, 'has the file ' || k.name || ', which somebody else gave than event ' || k.seq || ' says'))
       AS wrong (is_so, what)
 WHERE wrong.is_so
 ORDER BY 1
