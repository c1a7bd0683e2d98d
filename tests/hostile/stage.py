# SPDX-License-Identifier: Apache-2.0
"""stage - what all players share: the seed, when it is over, what was counted, and what went wrong."""
import collections
import os
import random
import threading
import traceback

from place import say

SEED = os.environ.get("HOSTILE_SEED", "2026")
FAILURES_SHOWN = 20


class Stage:
    """Of one run. Everything may be called by any thread."""

    def __init__(self):
        self.over = threading.Event()
        self.lock = threading.Lock()
        self.good = collections.Counter()  # by kind
        self.setbacks = collections.Counter()  # of those who are good
        self.hostile = collections.Counter()
        self.answers = collections.Counter()  # what hostile requests were answered, by status
        self.failures = []

    def count(self, counter, what, by=1):
        with self.lock:
            counter[what] += by

    def fail(self, text):
        with self.lock:
            say(f"FAILED: {text[:2000]}")
            self.failures.append(text)
            if len(self.failures) >= FAILURES_SHOWN:
                self.over.set()

    def expect(self, holds, text):
        if not holds:
            self.fail(text)
        return holds


class Player(threading.Thread):
    """Acts again and again until it is over, with a pause that keeps the load moderate. Its chance is its own, so
    that a seed gives each player the same deeds in the same order."""

    def __init__(self, stage, name, pause_s):
        super().__init__(name=name, daemon=True)
        self.stage = stage
        self.pause_s = pause_s
        self.chance = random.Random(f"{SEED}/{name}")

    def run(self):
        try:
            self.open()
            while not self.stage.over.is_set():
                self.act()
                self.stage.over.wait(self.pause_s * (0.5 + self.chance.random()))
        except Exception:  # pylint: disable=broad-except
            self.stage.fail(f"{self.name}: {traceback.format_exc()}")
        finally:
            self.close()

    def open(self):
        pass

    def act(self):
        raise NotImplementedError

    def close(self):
        pass
