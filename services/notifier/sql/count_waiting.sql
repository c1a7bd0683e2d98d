-- How many deliveries wait, counted up to 100001.
SELECT count(*) FROM (SELECT FROM deliveries WHERE state = 'waiting' LIMIT 100001) AS w
