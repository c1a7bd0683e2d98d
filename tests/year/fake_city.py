# SPDX-License-Identifier: Apache-2.0
"""fake_city - a real tracker and a real database whose time of day is ours to set.

The tracker runs as it is shipped, with fake_time.so before the C library. It can be killed at
any moment: whoever asks repeats what was not answered, as every client does.
"""
import json
import mmap
import os
import random
import signal
import struct
import subprocess
import sys
import time

import psycopg2
import zmq

from worktime_model import SECOND

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench"))
from place import Place, free_port, say  # noqa: E402

BATCH = 400  # items a message; the bus takes 512
ANSWER_S = 1.0  # then it is said again
GIVE_UP_S = 60


class FakeCity:
    """With-statement, as Place. The catalogue is Ho Chi Minh City's."""

    def __init__(self, programs, shim):
        self.shim = shim
        self.place = Place(programs, services=())
        self.kills = 0
        self.socket = self.database = None
        self.asked = 0

    def __enter__(self):
        self.place.__enter__()
        path = self.place.dir / "time"
        path.write_bytes(struct.pack("=q", int(time.time() * 1_000_000)))
        with open(path, "r+b") as held:
            self.time = mmap.mmap(held.fileno(), 8)
        self.place.services_env = {
            "FAKE_TIME_FILE": str(path), "LD_PRELOAD": str(self.shim), "DUNGHEN_LOG": "error",
            "ASAN_OPTIONS": "verify_asan_link_order=0:detect_leaks=0"}
        self.database = psycopg2.connect(host=str(self.place.socket_dir), dbname="dunghen", user="dunghen")
        self.database.autocommit = True
        self.sql("ALTER SYSTEM SET fsync = off")  # the tracker is killed, never the database
        self.sql("SELECT pg_reload_conf()")
        self.listen = f"127.0.0.1:{free_port()}"
        return self

    def __exit__(self, *why):
        if self.socket is not None:
            self.socket.close(0)
        if self.database is not None:
            self.database.close()
        return self.place.__exit__(*why)

    def set_time(self, us):
        self.time[:8] = struct.pack("=q", us)

    def start(self):
        """At the time that was set: the tracker makes partitions of events around it."""
        self.place.start_service("tracker", self.listen)
        self.place.wait_ready("tracker", self.listen)
        self._connect()

    def _connect(self):
        if self.socket is not None:
            self.socket.close(0)
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 0
        self.socket.sndhwm = 0
        self.socket.connect(f"ipc://{self.place.dir}/var/run/tracker.ipc")

    def kill(self):
        self.kills += 1
        process = self.place.processes.pop("tracker")
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.start()

    def ask(self, topic, items, crash=False):
        """The answers to items (lists of frames), in their order; crash: with a kill meanwhile."""
        answers = []
        for begin in range(0, len(items), BATCH):
            answers += self._ask(topic, items[begin:begin + BATCH], crash)
        return answers

    def _ask(self, topic, items, crash):
        self.asked += 1
        address = struct.pack("=q", self.asked)
        message = [topic.encode(), address, *(frame for item in items for frame in item)]
        until = time.monotonic() + GIVE_UP_S
        while time.monotonic() < until:
            self.socket.send_multipart(message)
            if crash:
                time.sleep(random.random() * 0.03)
                self.kill()
                crash = False
                continue
            answers = self._answer(address)
            if answers is not None:
                return [json.loads(answer) for answer in answers]
            self._connect()
        raise RuntimeError(f"{topic}: no answer in {GIVE_UP_S} s")

    def _answer(self, address):
        until = time.monotonic() + ANSWER_S * (1 + 4 * self.slow())
        while time.monotonic() < until:
            if self.socket.poll(int(ANSWER_S * 1000)):
                frames = self.socket.recv_multipart()
                if frames[1] == address:
                    return frames[2:]
        return None

    def slow(self):
        """A tracker that has died and not been missed yet answers nothing: look."""
        process = self.place.processes["tracker"]
        if process.poll() is not None:
            raise RuntimeError(f"tracker ended with {process.returncode}")
        return True

    def sql(self, statement):
        """Rows as tuples."""
        with self.database.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def make_partitions(self, begin, end):
        """Of the months that the year will reach; the tracker makes those around its start."""
        self.sql(f"SELECT make_event_partitions(m) FROM generate_series(to_timestamp({begin // SECOND}), "
                 f"to_timestamp({end // SECOND}), interval '1 month') AS m")

    def change_calendar(self, code, day, hours_of, crash):
        """Announces a day off (hours_of None) or a worked one; returns when all that is open is counted by it."""
        self.sql(f"""
            INSERT INTO calendar_days (calendar, day, works, hours_of, name_vi, basis, status)
            VALUES ('{code}', '{day}', {hours_of is not None}, {hours_of or 1}, 'Ngày', 'TB', 'announced')
                ON CONFLICT (calendar, day) DO UPDATE SET works = excluded.works, hours_of = excluded.hours_of""")
        self.sql("UPDATE catalogue SET version = version + 1")
        until = time.monotonic() + GIVE_UP_S
        while self.sql("SELECT EXISTS (SELECT FROM stale_calendars)")[0][0]:
            if time.monotonic() > until:
                raise RuntimeError(f"not counted again in {GIVE_UP_S} s")
            if crash:
                time.sleep(0.5 + random.random())  # a changed catalogue is seen within a second
                self.kill()
                crash = False
            time.sleep(0.01)

    def trace(self, reference):
        """The case's story as dunghen trace tells it, in JSON."""
        return json.loads(self.place.ctl("trace", reference, "--json", **self.place.services_env))

    def due_tasks(self, now):
        """[case, task] whose next moment has come, as sentinel reads them."""
        return self.sql(f"SELECT case_id, number FROM tasks WHERE next_at <= to_timestamp({now // SECOND}) "
                        "ORDER BY next_at LIMIT 4000")


def encode(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
