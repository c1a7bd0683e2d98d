# SPDX-License-Identifier: Apache-2.0
"""reads - what the public reads at a million cases (BENCH_CASES): one case and lists a second, and how long
each list takes with each filter. One client asks for the times; eight for the rates. What the database does after
the loading is over before, and every filter has been asked for: what is measured is the answer alone.

A virtual machine's processor that has nothing to do sleeps, and wakes when its host gives it back: with answers that
take a millisecond, and three programs that take turns, that is most of the p99. So lists are timed twice, with
processors that may sleep and with some that are kept awake, by what gives way to everything else."""
import contextlib
import gc
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time

from place import SECONDS, percentile, say, stolen_share

ROWS = int(os.environ.get("BENCH_CASES", "1000000"))
PER_DAY = 11_111
CLIENTS = 8
ROUNDS, ASKED = 5, 100  # each filter is asked for so often in each round: what disturbs one round disturbs all alike
WARM = 20  # of each before
AIM_MS = 5

LISTS = {
    "newest": "page_size=50",
    "service": "page_size=50&service_code={service}",
    "three services": "page_size=50&service_code={service},HT01,GT01",
    "open": "page_size=50&status=open",
    "closed": "page_size=50&status=closed",
    "open of a service": "page_size=50&service_code={service}&status=open",
    "a month ago": "page_size=50&start_date={month_ago}",
    "open, a month ago": "page_size=50&start_date={month_ago}&end_date={week_later}&status=open",
    "updated": "page_size=50&updated_after={month_ago}",
    "closed of a service": "page_size=50&service_code={service}&status=closed",
    "circle of 500 m": "page_size=50&lat=10.77&long=106.7&radius=500",
    "circle, open": "page_size=50&lat=10.77&long=106.7&radius=500&status=open",
    "page 20": "page_size=50&page=20",
    "updated, open": "page_size=50&updated_after={month_ago}&status=open",
    "updated, of a rare service": "page_size=50&updated_after={month_ago}&service_code={rare_service}",
    "words that nobody wrote (Open311)": "page_size=50&q=khongcogidau",
    "large empty circle (Open311)": "page_size=50&lat=20&long=105.8&radius=50000",
}
OURS = {
    "unit": "unit={unit}", "area": "area={area}", "unit, open": "unit={unit}&status=open",
    "area, service": "area={area}&service={service}", "box": "bbox=106.68,10.76,106.71,10.79",
    "box, open": "bbox=106.68,10.76,106.71,10.79&status=open", "words": "q=dien%20bien%20phu",
    "state": "state=ASSIGNED", "rare state": "state=NEED_INFO", "state that none has": "state=REJECTED",
    "open, in a state that none has": "state=SUSPENDED&status=open",
    "rare state of a rare service": "state=NEED_INFO&service={rare_service}",
    "updated, in a state that none has": "updated_since={month_ago}&state=REJECTED",
    "rare unit, rare service": "unit={rare_unit}&service={rare_service}",
    "what contradicts itself": "state=ANSWERED&status=open",
    "city": "bbox=106.5,10.6,106.9,11.0", "eighth of the city": "bbox=106.5,10.6,106.6,10.75",
    "edge of the city": "bbox=106.45,10.55,106.51,10.75", "words that nobody wrote": "q=khongcogidau",
    "large empty circle": "near=20,105.8&radius=20000", "large empty circle, open": "near=20,105.8&radius=20000&status=open",
}


class Client:
    """As little as asks and reads: http.client takes as long as an answer without the database."""

    def __init__(self, place):
        host, port = place.intake.split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def get(self, path):
        """Milliseconds until the whole answer was there."""
        question = f"GET {path} HTTP/1.1\r\nHost: bench\r\n\r\n".encode()
        begun = time.perf_counter()
        self.socket.sendall(question)
        answer = self.more(path)
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self.more(path)
        length = re.search(rb"(?i)\r\ncontent-length: *(\d+)", answer[:end])
        whole = end + 4 + int(length.group(1))
        while len(answer) < whole:
            answer += self.more(path)
        took = (time.perf_counter() - begun) * 1000
        if not answer.startswith(b"HTTP/1.1 200 "):
            raise RuntimeError(f"{path}: {answer[:500]}")
        return took

    def more(self, path):
        part = self.socket.recv(1 << 20)
        if not part:
            raise RuntimeError(f"{path}: the connection was closed")
        return part


def fill(place):
    begun = time.monotonic()
    subprocess.run([place.postgres / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-v", f"rows={ROWS}",
                    "-v", f"per_day={PER_DAY}", "-h", place.socket_dir,
                    "-U", "dunghen", "-d", "dunghen", "-f", "reads.sql"], check=True, env=place.env)
    while int(place.one("SELECT count(*) FROM measure_deltas")) > 0:
        time.sleep(0.5)
    say(f"{ROWS} cases in {time.monotonic() - begun:.0f} s")
    place.sql("VACUUM (ANALYZE)")
    place.sql("CHECKPOINT")
    while int(place.one("SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'autovacuum worker'")) > 0:
        time.sleep(0.5)


SPIN = """
import os, sys
os.sched_setaffinity(0, [int(sys.argv[1])])
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
begun_by = os.getppid()
while os.getppid() == begun_by:
    os.sched_yield()  # else it is given a whole tick now and then
"""


@contextlib.contextmanager
def kept_awake():
    spinning = [subprocess.Popen([sys.executable, "-c", SPIN, str(cpu)]) for cpu in os.sched_getaffinity(0)]
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.wait()


def times(place, paths, rounds=ROUNDS):
    """Of each path how long its answers took."""
    client, took = Client(place), {name: [] for name in paths}
    gc.collect()
    gc.disable()  # else some answers wait for it
    for path in paths.values():
        for _ in range(WARM):
            client.get(path)
    for _ in range(rounds):
        for name, path in paths.items():
            took[name] += [client.get(path) for _ in range(ASKED)]
    gc.enable()
    return took


def tell(took):
    for name, each in took.items():
        say(f"{name}: p50 {percentile(each, 0.5):.2f} ms, p99 {percentile(each, 0.99):.2f} ms of {len(each)}")


def p99_of(lists):
    """Of each list; says how many are as fast as they should be."""
    p99 = {name: percentile(each, 0.99) for name, each in lists.items()}
    say(f"under {AIM_MS} ms at p99: {sum(ms < AIM_MS for ms in p99.values())} of {len(p99)} lists")
    return p99


def rate(place, paths):
    """Answers a second to clients that ask one path after another."""
    done, until = [0] * CLIENTS, time.monotonic() + SECONDS

    def ask(i):
        client = Client(place)
        while time.monotonic() < until:
            client.get(paths[(done[i] * CLIENTS + i) % len(paths)])
            done[i] += 1

    threads = [threading.Thread(target=ask, args=(i,)) for i in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / SECONDS


def rate_of(place, paths):
    """By wrk where it is there, which asks for the first path alone: Python's clients cost more than the
    answers."""
    if shutil.which("wrk") is None:
        say("wrk is not installed: the rates are those of clients in Python")
        return rate(place, paths)
    out = subprocess.check_output(["wrk", "-t", "1", "-c", "16", "-d", f"{SECONDS}s", f"http://{place.intake}{paths[0]}"],
                                  text=True)
    if "Non-2xx" in out:
        raise RuntimeError(out)
    return float(re.search(r"Requests/sec: *([0-9.]+)", out).group(1))


def measure(place):
    place.load("--no-keys", "--connections", 8, "--seconds", 1)
    real = [row[0] for row in place.sql("SELECT reference FROM cases LIMIT 500")]
    fill(place)
    words = {
        "service": place.one("SELECT code FROM services ORDER BY code LIMIT 1"),
        "unit": place.one("SELECT code FROM units ORDER BY code LIMIT 1"),
        "rare_service": place.one("SELECT service FROM cases GROUP BY 1 ORDER BY count(*) LIMIT 1"),
        "rare_unit": place.one("SELECT unit FROM cases GROUP BY 1 ORDER BY count(*) LIMIT 1"),
        "area": place.one("SELECT code FROM areas ORDER BY code LIMIT 1"),
        "month_ago": place.one("SELECT to_char(now() - interval '30 days', 'YYYY-MM-DD')"),
        "week_later": place.one("SELECT to_char(now() - interval '23 days', 'YYYY-MM-DD')"),
    }
    paths = {name: "/open311/v2/requests.json?" + query.format(**words) for name, query in LISTS.items()}
    paths.update({name: "/api/v1/cases?" + query.format(**words) for name, query in OURS.items()})
    others = {"no database (discovery)": "/open311/v2/discovery.json", "statistics": "/api/v1/statistics",
              "nearby": "/api/v1/cases/nearby?lat=10.77&lon=106.7&text=den%20duong"}
    stolen = stolen_share()
    asleep = times(place, paths)
    say(f"processors may sleep; {stolen():.0%} of their time was their host's")
    tell(asleep)
    figures = {"list_worst_p99_asleep_ms": round(max(p99_of(asleep).values()), 2)}
    with kept_awake():
        stolen = stolen_share()
        lists, took = times(place, paths), times(place, others)
        took.update(times(place, {"list of 1000": "/open311/v2/requests.json"}, 1))
        say(f"processors kept awake; {stolen():.0%} of their time was their host's")
    tell({**lists, **took})
    p99 = p99_of(lists)
    figures.update({
        "list_worst": max(p99, key=p99.get), "list_worst_p99_ms": round(max(p99.values()), 2),
        "list_of_1000_ms": round(percentile(took["list of 1000"], 0.5), 1),
        "statistics_p99_ms": round(percentile(took["statistics"], 0.99), 1),
    })
    singles = [f"/open311/v2/requests/{reference}.json" for reference in real]
    cores = place.cores()
    figures["single_per_s"] = round(rate_of(place, singles))
    say(f"cores: {cores()}")
    figures["list_per_s"] = round(rate_of(place, [paths["newest"]]))
    say(f"one case {figures['single_per_s']}/s, a list of 50 {figures['list_per_s']}/s")
    return figures
