-- Which calendars have changed since open cases were counted by them.
SELECT code, digest, notice FROM stale_calendars
