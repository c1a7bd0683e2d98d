# SPDX-License-Identifier: Apache-2.0
"""worker_socket - a worker that says what a check wants said, and a socket for each of its sessions. Whatever a check waits
for, its workers go on speaking: the server gives up who is silent for three seconds."""
import concurrent.futures
import functools
import json
import os
import time
import weakref

import zmq
import zmq.utils.monitor

ANSWER_S = 60  # the end of what hangs
SPEAK_S = 0.5
MOST_UNREAD = 10  # messages: whoever does not read is soon noticed by the server
HEARTBEAT = b"HEARTBEAT"
PRESENT = weakref.WeakSet()  # all that have a session; not those that a failed check has left behind


def all_speak():
    for worker in PRESENT:
        try:
            worker.socket.send_multipart([HEARTBEAT], zmq.NOBLOCK)
        except zmq.Again:
            pass  # the server does not read: it knows why


def all_speaking(function):
    """function, while whose running they do."""
    @functools.wraps(function)
    def run(*args, **more):
        with concurrent.futures.ThreadPoolExecutor(1) as aside:
            running = aside.submit(function, *args, **more)
            while concurrent.futures.wait([running], SPEAK_S).not_done:
                all_speak()
        return running.result()
    return run


def speak_meanwhile(checks):
    """Whatever these ask of the city."""
    checks.send = all_speaking(checks.send)
    checks.city.ctl, checks.city.sql = all_speaking(checks.city.ctl), all_speaking(checks.city.sql)


def key_of(city, name, *units):
    """A new worker's."""
    city.ctl("keys", "worker", name, *units)
    keys = dict(line.split() for line in (city.dir / f"var/keys/workers/{name}.key").read_text().splitlines())
    return [keys[word].encode() for word in ("public", "secret", "server")]


def open_socket(key, routing_id=None):
    """Not connected yet."""
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.linger = 200
    socket.rcvhwm = MOST_UNREAD
    socket.curve_publickey, socket.curve_secretkey, socket.curve_serverkey = key
    if routing_id is not None:
        socket.routing_id = routing_id
    return socket


class WorkerSocket:
    """With a session."""

    def __init__(self, key, credit, passed_over=(), routing_id=None):
        """passed_over: verbs that it does not wonder about."""
        self.key, self.credit, self.passed_over = key, credit, (HEARTBEAT, *passed_over)
        self.routing_id = routing_id
        until = time.monotonic() + ANSWER_S
        while not self.is_welcome():  # until the server knows the key, which it reads anew each second
            self.socket.close(0)
            assert time.monotonic() < until, "no WELCOME"
        PRESENT.add(self)

    def is_welcome(self):
        self.socket = open_socket(self.key, self.routing_id)
        self.monitor = self.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self.socket.connect(os.environ["DUNGHEN_WORKER_ENDPOINT"])
        try:
            self.socket.send_multipart([b"HELLO", json.dumps({"protocol": 1, "name": "w", "credit": self.credit}).encode()],
                                       zmq.NOBLOCK)
        except zmq.Again:
            return False
        return self.is_addressed(1) and self.hear(b"WELCOME")

    def is_addressed(self, within_s):
        until = time.monotonic() + within_s
        while not self.socket.poll(1000 * SPEAK_S):
            if time.monotonic() > until:
                return False
            all_speak()
        return True

    def say(self, verb, items):
        self.socket.send_multipart([verb, json.dumps(items).encode()])

    def hear(self, *verbs):
        """The next message that is not passed over; it is of these verbs."""
        until = time.monotonic() + ANSWER_S
        while time.monotonic() < until and self.is_addressed(ANSWER_S):
            all_speak()
            verb, *frames = self.socket.recv_multipart()
            if verb in verbs:
                return json.loads(frames[0])
            assert verb in self.passed_over, (verb, frames)
        raise AssertionError(f"no {verbs}")

    def ask(self, verb, task, **more):
        """The item of OK or REFUSED."""
        self.say(verb, [{"task": task["task"], "epoch": task["epoch"], **more}])
        (item,) = self.hear(b"OK", b"REFUSED")
        return item

    def is_cut_off(self):
        """By the server."""
        return bool(self.monitor.poll(1000 * ANSWER_S))

    def bye(self):
        self.socket.send_multipart([b"BYE"])
        self.close()

    def close(self):
        PRESENT.discard(self)
        self.socket.disable_monitor()  # else ZeroMQ waits for somebody to read it
        self.socket.close()
