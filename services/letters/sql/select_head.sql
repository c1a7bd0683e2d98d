-- The number of the event that issued a letter last; 0: none was.
SELECT coalesce((SELECT issued_seq FROM letters WHERE issued_seq IS NOT NULL
                  ORDER BY issued_seq DESC LIMIT 1), 0)::bigint
