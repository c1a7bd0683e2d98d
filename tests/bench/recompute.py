# SPDX-License-Identifier: Apache-2.0
"""recompute - a holiday is announced while a million cases are open: how long until each is counted again."""
import os
import time

from place import cpu_seconds, say, until

OPEN = int(os.environ.get("BENCH_OPEN", "1000000"))
LIMIT_S = 600

# Ids rise as those of real cases do. Received in the office hours of Monday 4 March 2030, due at
# the end of Wednesday: every one of them moves.
INSERT = f"""
WITH numbers AS (
    SELECT n, ('01000000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid AS id,
           timestamptz '2030-03-04 07:30 +07' + n % 14000 * interval '1 second' AS received
      FROM generate_series(1, {OPEN}) AS n
), new_cases AS (
    INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel, language, hide_name, anonymous,
                       received_at, due_at, clock, amount, calendar, lat, lon)
    SELECT id, lpad(n::text, 11, '0'), s.kind, s.code, c.desk, 'ASSIGNED', s.priority, 'api', 'vi', false, false,
           received, '2030-03-06 17:00 +07', s.clock, s.amount, c.calendar, 10.77, 106.70
      FROM numbers, catalogue AS c, services AS s
     WHERE s.code = 'HT04'
)
INSERT INTO tasks (case_id, number, role, unit, state, priority, assigned_at, due_at, raised, next_at)
SELECT id, 1, 'lead', c.desk, 'open', 3, received, '2030-03-06 17:00 +07', 0, received + interval '26 hours'
  FROM numbers, catalogue AS c
"""
HOLIDAY = """
WITH day AS (
    INSERT INTO calendar_days
    SELECT calendar, '2030-03-06', false, 3, 'Ngày nghỉ', '12/TB-BNV', 'announced' FROM catalogue
)
UPDATE catalogue SET version = version + 1
"""


def counted(place):
    return place.one("SELECT NOT EXISTS (SELECT FROM stale_calendars)") == "t"


def used(place):
    """CPU of the tracker, and of the PostgreSQL backends that serve it."""
    backends = place.sql("SELECT pid FROM pg_stat_activity WHERE usename = 'dunghen_tracker'")
    return cpu_seconds(place.processes["tracker"].pid), sum(cpu_seconds(row[0]) for row in backends)


def measure(place):
    until(LIMIT_S, "the first count", lambda: counted(place))
    place.sql(INSERT)
    place.sql("VACUUM (ANALYZE) cases, tasks")
    place.sql("CHECKPOINT")
    say(f"{OPEN} open cases")
    before = used(place)
    begun = time.monotonic()
    place.sql(HOLIDAY)
    until(LIMIT_S, "all counted", lambda: counted(place))
    seconds = time.monotonic() - begun
    tracker, backends = (round(now - then, 1) for now, then in zip(used(place), before))
    moved = int(place.one("SELECT count(*) FROM events WHERE type = 'due_moved'"))
    say(f"{moved} moved in {seconds:.1f} s")
    return {
        "seconds": round(seconds, 1),
        "recomputed_per_s": round(OPEN / seconds),
        "moved": moved,
        "tracker_cpu_s": tracker,
        "backends_cpu_s": backends,
    }
