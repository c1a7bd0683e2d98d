# SPDX-License-Identifier: Apache-2.0
"""watch - what each service holds, again and again: memory, files, threads; and whether it is still the same process."""
import collections
import pathlib
import time

from place import family, say, until
from stage import Player

MIB = 1024  # of what /proc says
LONG_S = 600
# How much the least of the last quarter may be above the most of the second one. The first quarter fills caches.
GROWTH_MIB = {"short": 6, "long": 8}
# libcurl keeps connections for the next message, though these have ended (transfer.c, IDLE_CONNECTIONS).
FILES_KEPT = {"notifier": 32}
WITHIN_S = 120
PARTS_TOLD = 12
QUARTERS = 4  # of all looks: on a busy machine these are far apart


def status(pid):
    """Resident memory in KiB and threads."""
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    values = dict(line.split(":", 1) for line in lines)
    return int(values["VmRSS"].split()[0]), int(values["Threads"])


def files(pid):
    """0 of who lets nobody look, as the process that renders letters."""
    try:
        return len(list(pathlib.Path(f"/proc/{pid}/fd").iterdir()))
    except PermissionError:
        return 0


class Watch(Player):
    """Of the services and of the processes that they keep: the n-th child of NAME is NAME.n."""

    def __init__(self, stage, city, seconds):
        super().__init__(stage, "watch", max(0.25, seconds / 1000))
        self.city, self.seconds = city, seconds
        self.rows = collections.defaultdict(list)  # name: (KiB, threads), look by look
        self.pids = self.find()
        self.files = {name: files(pid) for name, pid in self.pids.items()}
        self.threads = {name: status(pid)[1] for name, pid in self.pids.items()}

    def find(self):
        found = {}
        for name in self.city.listens:
            own, *children = family(self.city.pid(name))
            found[name] = int(own)
            found.update({f"{name}.{n}": int(pid) for n, pid in enumerate(sorted(children, key=int))})
        return found

    def open(self):
        self.begun, self.told = time.monotonic(), 0

    def act(self):
        if not self.stage.expect(self.find() == self.pids, f"other processes than before: {self.find()}, not {self.pids}"):
            self.stage.over.set()
            return
        if time.monotonic() - self.begun >= self.told * self.seconds / PARTS_TOLD:
            self.told += 1
            say("memory in MiB: " + "  ".join(f"{name} {status(pid)[0] // MIB}" for name, pid in self.pids.items()))
        for name, pid in self.pids.items():
            self.rows[name].append(status(pid))

    def judge(self):
        """After the end of all traffic."""
        growth = GROWTH_MIB["long" if self.seconds >= LONG_S else "short"] * MIB
        for name, rows in self.rows.items():
            last = rows[len(rows) * 3 // QUARTERS:]
            threads = min(threads for _, threads in last)
            self.stage.expect(threads == self.threads[name], f"{name}: {threads} threads, and {self.threads[name]} before")
            if len(rows) < QUARTERS:
                say(f"{name} was looked at {len(rows)} times only: whether it grows cannot be told")
                continue
            most = max(memory for memory, _ in rows[len(rows) // QUARTERS:len(rows) * 2 // QUARTERS])
            least = min(memory for memory, _ in last)
            self.stage.expect(least <= most + growth,
                              f"{name} grows: {most // MIB} MiB at most in the second quarter, {least // MIB} at least in the last")
        for name, pid in self.pids.items():
            level = self.files[name] + FILES_KEPT.get(name, 0)
            try:
                until(WITHIN_S, f"files of {name}", lambda pid=pid, level=level: files(pid) <= level)
            except RuntimeError:
                names = sorted(str(link.readlink()) for link in pathlib.Path(f"/proc/{pid}/fd").iterdir())
                self.stage.fail(f"{name} has {files(pid)} files open, and had {self.files[name]}: {names}")

    def line(self):
        """What each held after the first quarter, at most, and in the end, in MiB."""
        words = []
        for name, rows in self.rows.items():
            early, latest = rows[len(rows) // QUARTERS][0], rows[-1][0]
            words.append(f"{name} {early // MIB}/{max(memory for memory, _ in rows) // MIB}/{latest // MIB}")
        return "  ".join(words)
