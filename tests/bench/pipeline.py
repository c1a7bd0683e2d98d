# SPDX-License-Identifier: Apache-2.0
"""pipeline - cases a second from the citizen to the unit's answer, with eight workers."""
import time

from place import SECONDS, median, percentile, say

WORKERS = 8
ROUNDS = 3
CONNECTIONS = 256
CREDIT = 256
LIGHT_PER_S = 50
SETTLE_S = 2
WARM_UP_S = 2


def start_workers(place):
    """Each may take every unit's tasks, so that none waits while another is idle."""
    units = [row[0] for row in place.sql("SELECT code FROM units WHERE valid_until IS NULL ORDER BY code")]
    for i in range(WORKERS):
        name = f"bench{i}"
        place.ctl("keys", "worker", name, *units)
    time.sleep(SETTLE_S)  # dispatch reads the keys
    for i in range(WORKERS):
        name = f"bench{i}"
        place.start(name, [place.dir / "bin/dunghen", "worker", "--key", place.dir / f"var/keys/workers/{name}.key",
                           "--endpoint", place.worker_endpoint, "--credit", CREDIT, "--quiet",
                           "--times", place.dir / f"{name}.times"])


def busy_round(place):
    """Answered cases a second while load runs, after a moment for the queues to fill."""
    load = place.start("load", [place.dir / "bin/dunghen", "load", "--json", "--url", f"http://{place.intake}",
                                "--no-keys", "--connections", CONNECTIONS, "--seconds", WARM_UP_S + SECONDS])
    time.sleep(WARM_UP_S)
    begun = place.one("SELECT clock_timestamp()")
    cores = place.cores()
    time.sleep(SECONDS - 1)
    say(f"cores: {cores()}")
    load.wait()
    row = place.sql(f"""
        SELECT count(*) FILTER (WHERE answered_at >= '{begun}'::timestamptz),
               count(*) FILTER (WHERE received_at >= '{begun}'::timestamptz),
               extract(epoch FROM max(received_at) - '{begun}'::timestamptz)
          FROM cases
         WHERE coalesce(answered_at, received_at) <= (SELECT max(received_at) FROM cases)""")[0]
    del place.processes["load"]
    per_s = int(row[0]) / float(row[2])
    say(f"answered {per_s:.0f} cases/s, accepted {int(row[1]) / float(row[2]):.0f} cases/s")
    return per_s


def drain(place):
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        left = int(place.one("SELECT count(*) FROM tasks WHERE finished_at IS NULL AND role = 'lead'"))
        if left == 0:
            return
        time.sleep(0.5)
    say(f"{left} tasks were not answered in two minutes")


def read_times(path, column):
    with open(path, encoding="utf-8") as lines:
        return {words[0]: int(words[column]) for words in map(str.split, lines)
                if len(words) > column and not words[0].startswith("{")}


def light_round(place):
    """Milliseconds from the 201 at the client to the task at the worker.

    Below 0 where the worker is faster: both are told of the same commit."""
    notes = place.dir / "light.notes"
    place.load("--connections", 8, "--rate", LIGHT_PER_S, "--seconds", SECONDS, "--out", notes)
    drain(place)
    time.sleep(SETTLE_S)  # workers write their times down
    accepted = read_times(notes, 3)
    held = {}
    for i in range(WORKERS):
        for reference, at in read_times(place.dir / f"bench{i}.times", 1).items():
            held[reference] = min(at, held.get(reference, at))
    waits = [(held[reference] - at) / 1000 for reference, at in accepted.items() if reference in held]
    say(f"{len(waits)} of {len(accepted)} cases at {LIGHT_PER_S}/s: p50 {percentile(waits, 0.5):.2f} ms, "
        f"p99 {percentile(waits, 0.99):.2f} ms")
    return percentile(waits, 0.5), percentile(waits, 0.99)


def let_answers_go_out(place):
    """What a worker answers is final, also where a city's regime wants a second person's approval."""
    place.sql("UPDATE regimes SET approval = false; UPDATE catalogue SET version = version + 1")


def measure(place):
    let_answers_go_out(place)
    start_workers(place)
    time.sleep(SETTLE_S)
    p50, p99 = light_round(place)
    rates = []
    for _ in range(ROUNDS):
        rates.append(busy_round(place))
        drain(place)
    return {
        "resolved_per_s": round(median(rates)),
        "to_worker_p50_ms": round(p50, 2),
        "to_worker_p99_ms": round(p99, 2),
        "workers": WORKERS,
    }
