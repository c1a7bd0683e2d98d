-- Of the 256 mails that are due first, those whose letter is not rendered yet wait three seconds
-- more after $1, so that they hide no others; an eighth of their age when that is more, up to half a
-- minute, so that thousands that wait are not written again all the time. Their letters.
UPDATE deliveries
   SET next_at = $1::timestamptz + least(greatest(($1::timestamptz - at) / 8,
                                                interval '3 seconds'), interval '30 seconds')
 WHERE id IN (SELECT d.id
                FROM (SELECT id, letter
                        FROM deliveries
                       WHERE state = 'waiting' AND lane = 'mail' AND next_at <= $1::timestamptz
                       ORDER BY next_at
                       LIMIT 256) AS d
               WHERE d.letter IS NOT NULL
                 AND NOT EXISTS (SELECT FROM letter_files AS f WHERE f.letter = d.letter))
RETURNING letter
