-- What a new cluster gets, by postgres --single -j: each statement ends with an empty line.
CREATE DATABASE dunghen;

-- The files of the write-ahead log. PostgreSQL makes the next one when the last is full, while everybody who
-- commits waits (16 MiB of zeros, synced: 35 ms on a machine that commits in 0.2), and keeps min_wal_size of
-- them for later only from the first checkpoint on: a new city's first burst would pay for them all.
SELECT pg_logical_emit_message(false, '', ''), pg_switch_wal()
  FROM generate_series(2, pg_size_bytes(current_setting('min_wal_size'))
                             / pg_size_bytes(current_setting('wal_segment_size')));

CHECKPOINT;

