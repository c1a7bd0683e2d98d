-- Due deliveries whose letter is not rendered yet wait three seconds more after $1, so that they
-- hide no others. Their letters.
UPDATE deliveries
   SET next_at = $1::timestamptz + interval '3 seconds'
 WHERE id IN (SELECT d.id
                FROM deliveries AS d
               WHERE d.state = 'waiting' AND d.lane = 'mail' AND d.next_at <= $1::timestamptz
                 AND d.letter IS NOT NULL
                 AND NOT EXISTS (SELECT FROM letter_files AS f WHERE f.letter = d.letter)
               ORDER BY d.next_at
               LIMIT 64)
RETURNING letter
