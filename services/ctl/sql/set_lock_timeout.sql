-- For this session: how long it waits for a lock.
SELECT set_config('lock_timeout', $1, false)
