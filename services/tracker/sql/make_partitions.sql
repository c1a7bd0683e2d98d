-- The partitions of events around $1: from the month before to three months after.
SELECT make_event_partitions($1::timestamptz)
