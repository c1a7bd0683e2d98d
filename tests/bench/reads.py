# SPDX-License-Identifier: Apache-2.0
"""reads - what the public reads at a million cases (BENCH_CASES): one case and lists a second, and how long
each list takes with each filter. One client asks for the times; eight for the rates."""
import http.client
import os
import re
import shutil
import subprocess
import threading
import time

from place import SECONDS, percentile, say

ROWS = int(os.environ.get("BENCH_CASES", "1000000"))
PER_DAY = 11_111
CLIENTS = 8
ASKED = 200  # times for each filter

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
}
OURS = {
    "unit": "unit={unit}", "area": "area={area}", "unit, open": "unit={unit}&status=open",
    "area, service": "area={area}&service={service}", "box": "bbox=106.68,10.76,106.71,10.79",
    "box, open": "bbox=106.68,10.76,106.71,10.79&status=open", "words": "q=dien%20bien%20phu",
    "state": "state=ASSIGNED", "state that none has": "state=NEED_INFO", "city": "bbox=106.5,10.6,106.9,11.0",
}


class Client:
    def __init__(self, place):
        host, port = place.intake.split(":")
        self.connection = http.client.HTTPConnection(host, int(port), timeout=30)

    def get(self, path):
        begun = time.perf_counter()
        self.connection.request("GET", path)
        answer = self.connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {body[:200]}")
        return (time.perf_counter() - begun) * 1000


def fill(place):
    begun = time.monotonic()
    subprocess.run([place.postgres / "psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-v", f"rows={ROWS}",
                    "-v", f"per_day={PER_DAY}", "-h", place.socket_dir,
                    "-U", "dunghen", "-d", "dunghen", "-f", "reads.sql"], check=True, env=place.env)
    while int(place.one("SELECT count(*) FROM measure_deltas")) > 0:
        time.sleep(0.5)
    place.sql("CHECKPOINT")
    say(f"{ROWS} cases in {time.monotonic() - begun:.0f} s")


def times(place, path, count=ASKED):
    client = Client(place)
    for _ in range(5):
        client.get(path)
    return [client.get(path) for _ in range(count)]


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
        "area": place.one("SELECT code FROM areas ORDER BY code LIMIT 1"),
        "month_ago": place.one("SELECT to_char(now() - interval '30 days', 'YYYY-MM-DD')"),
        "week_later": place.one("SELECT to_char(now() - interval '23 days', 'YYYY-MM-DD')"),
    }
    figures, worst = {}, 0
    paths = {name: "/open311/v2/requests.json?" + query.format(**words) for name, query in LISTS.items()}
    paths.update({name: "/api/v1/cases?" + query.format(**words) for name, query in OURS.items()})
    for name, path in paths.items():
        took = times(place, path)
        p99 = percentile(took, 0.99)
        worst = max(worst, p99)
        say(f"list, {name}: p50 {percentile(took, 0.5):.2f} ms, p99 {p99:.2f} ms")
    took = times(place, "/open311/v2/requests.json", 50)
    say(f"list of 1000: p50 {percentile(took, 0.5):.1f} ms, p99 {percentile(took, 0.99):.1f} ms")
    figures["list_of_1000_ms"] = round(percentile(took, 0.5), 1)
    took = times(place, "/api/v1/statistics", 50)
    say(f"statistics: p50 {percentile(took, 0.5):.1f} ms, p99 {percentile(took, 0.99):.1f} ms")
    figures["statistics_p99_ms"] = round(percentile(took, 0.99), 1)
    took = times(place, "/api/v1/cases/nearby?lat=10.77&lon=106.7&text=den%20duong", 50)
    say(f"nearby: p50 {percentile(took, 0.5):.1f} ms, p99 {percentile(took, 0.99):.1f} ms")
    singles = [f"/open311/v2/requests/{reference}.json" for reference in real]
    cores = place.cores()
    figures["single_per_s"] = round(rate_of(place, singles))
    say(f"cores: {cores()}")
    figures["list_per_s"] = round(rate_of(place, [paths["newest"]]))
    say(f"one case {figures['single_per_s']}/s, a list of 50 {figures['list_per_s']}/s")
    figures["list_worst_p99_ms"] = round(worst, 2)
    return figures
