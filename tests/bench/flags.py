# SPDX-License-Identifier: Apache-2.0
"""flags - how late flags are raised with a million open cases, and what waiting costs."""
import time

from place import cpu_seconds, say

SMALL = 1_000
OPEN = 1_000_000
DUE = 10_000
DUE_WITHIN_S = 60
AHEAD_S = 15  # between the insert and the first moment
IDLE_S = 20
LATE_S = 15  # after the last moment

# Both due_soon flags count as raised, so that a task's next moment is its due time.
INSERT = """
WITH numbers AS (
    SELECT n, gen_random_uuid() AS id, {due} AS due
      FROM generate_series({first}, {last}) AS n
), new_cases AS (
    INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel, language, hide_name, anonymous,
                       received_at, due_at, clock, amount, calendar, lat, lon)
    SELECT id, lpad(n::text, 11, '0'), s.kind, s.code, c.desk, 'ASSIGNED', s.priority, 'api', 'vi', false, false,
           least(now(), due) - interval '30 days', due, s.clock, s.amount, c.calendar, 10.77, 106.70
      FROM numbers, catalogue AS c, services AS s
     WHERE s.code = 'HT04'
), new_contents AS (
    INSERT INTO contents (case_id, content)
    SELECT id, json_build_object('description', repeat('Đèn đường không sáng. ', 18), 'address', '56 Lê Lợi')
      FROM numbers
)
INSERT INTO tasks (case_id, number, role, unit, state, priority, assigned_at, due_at, raised, next_at)
SELECT id, 1, 'lead', c.desk, 'open', 3, least(now(), due) - interval '30 days', due, 6, due
  FROM numbers, catalogue AS c
"""
YEARS = "now() + interval '1 hour' + random() * interval '3 years'"


def insert(place, first, last, due):
    place.sql(INSERT.format(first=first, last=last, due=due))
    place.sql("VACUUM (ANALYZE) cases, tasks")
    place.sql("CHECKPOINT")


def idle_percent(place, sentinel):
    """CPU of the sentinel, and of the PostgreSQL backend that serves it."""
    backend = place.one("SELECT pid FROM pg_stat_activity WHERE usename = 'dunghen_sentinel'"
                        " ORDER BY backend_start LIMIT 1")
    time.sleep(2)
    before = cpu_seconds(sentinel), cpu_seconds(backend), time.monotonic()
    time.sleep(IDLE_S)
    span = time.monotonic() - before[2]
    return (round(100 * (cpu_seconds(sentinel) - before[0]) / span, 3),
            round(100 * (cpu_seconds(backend) - before[1]) / span, 3))


def lags(place):
    row = place.sql("""
        SELECT count(*), percentile_cont(ARRAY[0.5, 0.99, 1]) WITHIN GROUP (
                   ORDER BY extract(epoch FROM raised_at - moment) * 1000)
          FROM flags WHERE level = 'overdue'""")[0]
    p50, p99, longest = (float(ms) for ms in row[1].strip("{}").split(","))
    say(f"{row[0]} of {DUE} flags raised, p50 {p50:.1f} ms, p99 {p99:.1f} ms, longest {longest:.1f} ms")
    return int(row[0]), p50, p99


def measure(place):
    sentinel = place.processes["sentinel"].pid
    insert(place, 1, SMALL, YEARS)
    small, small_backend = idle_percent(place, sentinel)
    say(f"{SMALL} open cases: sentinel {small} % of a core, its backend {small_backend} %")
    insert(place, SMALL + 1, OPEN - DUE, YEARS)
    idle, backend = idle_percent(place, sentinel)
    say(f"{OPEN - DUE} open cases: sentinel {idle} % of a core, its backend {backend} %")
    insert(place, OPEN - DUE + 1, OPEN,
           f"now() + interval '{AHEAD_S} seconds' + random() * interval '{DUE_WITHIN_S} seconds'")
    say(f"{OPEN} open cases, {DUE} of them due within {DUE_WITHIN_S} s")
    time.sleep(AHEAD_S + DUE_WITHIN_S + LATE_S)
    raised, p50, p99 = lags(place)
    return {
        "lag_p50_ms": round(p50, 1),
        "lag_p99_ms": round(p99, 1),
        "raised": raised,
        "idle_cpu_percent": idle,
        "idle_cpu_percent_small": small,
        "idle_backend_cpu_percent": backend,
        "idle_backend_cpu_percent_small": small_backend,
    }
