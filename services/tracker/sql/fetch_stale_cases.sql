-- The next piece of what declare_stale_cases has found.
FETCH FORWARD 2000 FROM stale_walk
