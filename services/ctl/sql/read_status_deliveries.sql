-- Messages that wait and since when the oldest of them is due, and those that were given up and
-- since when: each counted up to 100001.
SELECT w.count, w.oldest, d.count, d.oldest
  FROM (SELECT count(*), min(next_at) AS oldest
          FROM (SELECT next_at FROM deliveries WHERE state = 'waiting' LIMIT 100001) AS waiting) AS w
 CROSS JOIN (SELECT count(*), min(finished_at) AS oldest
               FROM (SELECT finished_at FROM deliveries WHERE state = 'dead' ORDER BY finished_at
                      LIMIT 100001) AS dead) AS d
