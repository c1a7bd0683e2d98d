# SPDX-License-Identifier: Apache-2.0
"""worker_socket - a worker that says what a check wants said, and a socket for each of its sessions."""
import json
import os
import time

import zmq
import zmq.utils.monitor

ANSWER_S = 10
MOST_UNREAD = 10  # messages: whoever does not read is soon noticed by the server
HEARTBEAT = b"HEARTBEAT"


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

    def is_welcome(self):
        self.socket = open_socket(self.key, self.routing_id)
        self.monitor = self.socket.get_monitor_socket(zmq.EVENT_DISCONNECTED)
        self.socket.connect(os.environ["DUNGHEN_WORKER_ENDPOINT"])
        try:
            self.socket.send_multipart([b"HELLO", json.dumps({"protocol": 1, "name": "w", "credit": self.credit}).encode()],
                                       zmq.NOBLOCK)
        except zmq.Again:
            return False
        return self.socket.poll(1000) and self.hear(b"WELCOME")

    def say(self, verb, items):
        self.socket.send_multipart([verb, json.dumps(items).encode()])

    def hear(self, *verbs):
        """The next message that is not passed over; it is of these verbs."""
        until = time.monotonic() + ANSWER_S
        while time.monotonic() < until and self.socket.poll(1000 * ANSWER_S):
            self.socket.send_multipart([HEARTBEAT])
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
        self.socket.disable_monitor()  # else ZeroMQ waits for somebody to read it
        self.socket.close()
