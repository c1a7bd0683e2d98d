# SPDX-License-Identifier: Apache-2.0
"""intake - accepted cases a second, over HTTP to the commit, beside pgbench committing the same rows; and how long one
takes at half that rate, beside a transaction of pgbench at half of its own. With thousands of reports a second up to a
quarter of them seem to be of incidents and are merged meanwhile, so half the rate is measured again with a catalogue
that has no such rules."""
import itertools
import json
import re
import subprocess

from place import SECONDS, free_port, median, percentile, say, stolen_share

ROUNDS = 3
HALF_ROUNDS = 5
CLIENTS = (8, 32)
CONNECTIONS = (64, 256, 1000)

DESCRIPTION = (
    "Kính gửi Ủy ban nhân dân phường, bốn bóng đèn liên tiếp trước số 56 đường Lê Lợi không sáng đã sáu đêm "
    "liền. Tháng trước đã có đội đến sửa nhưng được vài hôm thì đâu lại vào đấy. Tối qua đã có hai người đi xe "
    "máy bị ngã, may mà chỉ trầy xước nhẹ. Hằng ngày có rất nhiều học sinh và người lớn tuổi đi qua đây. Rất "
    "mong nhận được trả lời về thời gian sửa chữa.")
VARIABLES = {
    "n": "0",
    "content": json.dumps({"description": DESCRIPTION, "address": "56 Lê Lợi, phường Bến Thành"}, ensure_ascii=False),
    "sealed": "\\x" + "5a" * 110,
    "phone_index": "\\x" + "6b" * 16,
    "detail": json.dumps({"unit": "TTHT", "rule": "HT04", "channel": "api"}),
    "hash": "\\x" + "7c" * 32,
}


# How a client sends its transaction: as most programs do, and in one round trip.
SCRIPTS = {"plain": {}, "pipeline": {"BEGIN;": "\\startpipeline", "END;": "\\endpipeline"}}


class Baseline:
    """pgbench on the same cluster, in a database with the same tables and indexes."""

    def __init__(self, place):
        self.place = place
        self.started = 0
        text = (place.dir / "baseline.sql").read_text()
        for script, replacements in SCRIPTS.items():
            for old, new in replacements.items():
                text = text.replace(old, new)
            (place.dir / f"{script}.sql").write_text(text)
        place.sql("CREATE DATABASE baseline", database="postgres")
        place.ctl("migrate", DUNGHEN_DATABASE_URL=f"host={place.socket_dir} dbname=baseline")

    def run(self, script, clients, *more):
        # Each run goes on numbering where no run before it has been.
        self.started += 1
        variables = {**VARIABLES, "n": str(self.started * 1_000_000)}
        command = [self.place.postgres / "pgbench", "-n", "-M", "prepared", "-c", clients, "-j", 2, "-T", SECONDS,
                   "-h", self.place.socket_dir, "-U", "dunghen", "-f", f"{script}.sql", *more]
        for name, value in variables.items():
            command += ["-D", f"{name}={value}"]
        out = subprocess.check_output([str(word) for word in [*command, "baseline"]], text=True, env=self.place.env)
        return float(re.search(r"tps = ([0-9.]+)", out).group(1))

    def run_at(self, rate, clients):
        """How long a transaction takes at this rate, in ms, from when it was to begin: p50 and p99. Not of the first
        second, in which the clients connect and prepare."""
        log = self.place.dir / "pgbench"
        self.run("plain", clients, "--rate", rate, "--log", "--log-prefix", log)
        rows = []
        for path in self.place.dir.glob("pgbench.*"):
            rows += [[int(word) for word in line.split()] for line in path.read_text().splitlines()]
            path.unlink()
        begun = min(row[4] * 1_000_000 + row[5] for row in rows) + 1_000_000
        times = [row[2] / 1000 for row in rows if row[4] * 1_000_000 + row[5] >= begun]
        return percentile(times, 0.5), percentile(times, 0.99)

    def remove(self):
        """With what it leaves for vacuum and the checkpointer to do, which is not intake's."""
        self.place.sql("DROP DATABASE baseline", database="postgres")
        self.place.sql("CHECKPOINT", database="postgres")


def best(runs):
    """The best of the medians."""
    return max(median(values) for values in runs.values())


def run_baseline_half(baseline, rate, clients):
    stolen = stolen_share()
    p50, p99 = baseline.run_at(rate, clients)
    say(f"pgbench at {rate}/s, half its top rate, {clients} clients: p50 {p50:.1f} ms, p99 {p99:.1f} ms; "
        f"{stolen():.0%} of the processors' time was their host's")
    return p50, p99


def run_load(place, connections):
    cores = place.cores()
    report = place.load("--no-keys", "--connections", connections, "--seconds", SECONDS)
    say(f"intake, {connections} connections: {report['accepted_per_s']:.0f} cases/s, p50 {report['p50_ms']} ms, "
        f"p99 {report['p99_ms']} ms, {report['refused']} refused, {report['errors']} errors; cores: {cores()}")
    return report["accepted_per_s"]


def run_half(place, rate, what):
    stolen = stolen_share()
    half = place.load("--no-keys", "--connections", 256, "--rate", rate, "--seconds", SECONDS)
    say(f"intake at {rate}/s{what}: p50 {half['p50_ms']} ms, p99 {half['p99_ms']} ms, max {half['max_ms']} ms; "
        f"{stolen():.0%} of the processors' time was their host's")
    return half


def forget_incidents(place):
    """And what waits to be merged."""
    listen = f"127.0.0.1:{free_port()}"
    place.stop("sentinel")
    place.sql("DELETE FROM bursts")
    place.start_service("sentinel", listen)
    place.wait_ready("sentinel", listen)


def measure(place):
    baseline = Baseline(place)
    single = {script: {clients: [] for clients in CLIENTS} for script in SCRIPTS}
    accepted = {connections: [] for connections in CONNECTIONS}
    for _ in range(ROUNDS):  # in turns, so that what else the machine does hits all alike
        for script, clients in itertools.product(SCRIPTS, CLIENTS):
            rate = baseline.run(script, clients)
            say(f"pgbench {script}, {clients} clients: {rate:.0f} cases/s")
            single[script][clients].append(rate)
        for connections in CONNECTIONS:
            accepted[connections].append(run_load(place, connections))
    per_s, plain, pipelined = best(accepted), best(single["plain"]), best(single["pipeline"])
    clients = max(CLIENTS, key=lambda n: median(single["plain"][n]))  # with which it was best
    baseline_half = [run_baseline_half(baseline, int(plain / 2), clients) for _ in range(HALF_ROUNDS)]
    baseline.remove()
    half = [run_half(place, int(per_s / 2), "") for _ in range(HALF_ROUNDS)]
    forget_incidents(place)
    plain_half = [run_half(place, int(per_s / 2), " without incidents") for _ in range(HALF_ROUNDS)]
    return {
        "accepted_per_s": round(per_s),
        "p50_ms": median(run["p50_ms"] for run in half),
        "p99_ms": median(run["p99_ms"] for run in half),
        "p50_without_incidents_ms": median(run["p50_ms"] for run in plain_half),
        "p99_without_incidents_ms": median(run["p99_ms"] for run in plain_half),
        "pgbench_per_s": round(plain),
        "pgbench_p50_ms": round(median(p50 for p50, _ in baseline_half), 1),
        "pgbench_p99_ms": round(median(p99 for _, p99 in baseline_half), 1),
        "ratio": round(per_s / plain, 2),
        "pgbench_pipeline_per_s": round(pipelined),
        "ratio_pipeline": round(per_s / pipelined, 2),
    }
