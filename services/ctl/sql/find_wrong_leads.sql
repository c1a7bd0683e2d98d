-- Which of the merged cases whose ids follow $1 up to $2 wait for another case than the last event that
-- merged them says, one row a finding.
WITH told AS (
    SELECT DISTINCT ON (case_id) case_id, detail ->> 'into' AS lead
      FROM events
     WHERE case_id > $1::uuid AND case_id <= $2::uuid AND type = 'merged'
     ORDER BY case_id, seq DESC
)
SELECT c.reference, 'was merged into another case than its event says'
  FROM cases AS c
  JOIN told AS t ON t.case_id = c.id
  LEFT JOIN cases AS l ON l.id = c.merged_into
 WHERE c.id > $1::uuid AND c.id <= $2::uuid AND c.state = 'MERGED'
   AND l.reference IS DISTINCT FROM t.lead
 ORDER BY c.id
