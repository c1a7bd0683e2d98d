-- Of the 256 mails that are due first, those whose letter is not rendered yet wait three seconds
-- more after $1, so that they hide no others. Their letters.
UPDATE deliveries
   SET next_at = $1::timestamptz + interval '3 seconds'
 WHERE id IN (SELECT d.id
                FROM (SELECT id, letter
                        FROM deliveries
                       WHERE state = 'waiting' AND lane = 'mail' AND next_at <= $1::timestamptz
                       ORDER BY next_at
                       LIMIT 256) AS d
               WHERE d.letter IS NOT NULL
                 AND NOT EXISTS (SELECT FROM letter_files AS f WHERE f.letter = d.letter))
RETURNING letter
