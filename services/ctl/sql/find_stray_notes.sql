-- Which notes are of no event, or of one that has none of its own, one row a finding. Whether a note is the one that
-- was recorded, the chain tells.
SELECT coalesce(c.reference, n.case_id::text), 'has a note without its event: ' || n.seq
  FROM notes AS n
  LEFT JOIN cases AS c ON c.id = n.case_id
 WHERE NOT EXISTS (SELECT
                     FROM events AS e
                    WHERE e.seq = n.seq AND e.case_id = n.case_id
                      AND e.type NOT IN ('received', 'accepted', 'answered', 'coordinated', 'returned', 'cancelled')
                      AND e.detail ->> 'note_of' IS NULL)
 ORDER BY n.seq
