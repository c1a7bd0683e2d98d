-- The hash of event number $1.
SELECT hash FROM events WHERE seq = $1::int8
