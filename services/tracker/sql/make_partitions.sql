-- The partitions of events around now.
SELECT make_event_partitions(now())
