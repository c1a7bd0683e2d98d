-- The next piece of what declare_stale_cases has found.
FETCH FORWARD 10000 FROM stale_walk
