# SPDX-License-Identifier: Apache-2.0
"""bad_workers - who comes to the workers' door without a key, with a wrong one, with no ZeroMQ at all; and a worker whose
key is good and whose words are not."""
import json
import uuid

import zmq
import zmq.utils.monitor

from place import until

from asking import connect, read_all, reset
from bad_http import Vandal

ANSWER_MS = 60000  # the end of what hangs
GREETING = b"\xff" + b"\0" * 8 + b"\x7f\x03\x00"


def greeting(mechanism, server=0):
    return GREETING + mechanism.ljust(20, b"\0") + bytes([server]) + b"\0" * 31


# ---- without ZeroMQ ----


def raw_garbage(v):
    raw(v, v.chance.randbytes(v.chance.randint(1, 3000)))


def raw_http(v):
    raw(v, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")


def raw_greeting(v):
    mechanism = v.chance.choice((b"NULL", b"PLAIN", b"CURVE", b"GSSAPI", b"\xff" * 20, b""))
    after = v.chance.choice((b"", b"\x04\x19\x05READY", b"\x04\xc8\x05HELLO" + v.chance.randbytes(194), v.chance.randbytes(300),
                             b"\x06" + b"\xff" * 8 + b"x" * 100, b"\x02\x7f\xff\xff\xff\xff\xff\xff\xff", b"\x04\x00" * 500))
    raw(v, greeting(mechanism, v.chance.getrandbits(1)) + after)


def raw(v, data):
    connection = connect(v.city.worker_port, v.source())
    try:
        connection.sendall(data[:v.chance.randint(1, len(data))] if v.chance.random() < 0.3 else data)
        if v.chance.random() < 0.3:
            reset(connection)
            return
        connection.shutdown(1)
    except OSError:
        pass
    read_all(connection)
    connection.close()


# ---- without a key ----


def dealer(public, secret, server):
    """Not connected yet."""
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.linger = 0
    socket.handshake_ivl = 2000
    socket.sndtimeo = ANSWER_MS
    if public is not None:
        socket.curve_publickey, socket.curve_secretkey, socket.curve_serverkey = public, secret, server
    return socket


HELLO = [b"HELLO", json.dumps({"protocol": 1, "name": "vandal", "credit": 10}).encode()]


def unknown_key(v):
    unheard(v, *zmq.curve_keypair(), v.keys["server"].encode())


def wrong_server(v):
    unheard(v, v.keys["public"].encode(), v.keys["secret"].encode(), zmq.curve_keypair()[0])


def no_curve(v):
    unheard(v, None, None, None)


def unheard(v, *keys):
    socket = dealer(*keys)
    monitor = socket.get_monitor_socket()  # before anything can be missed
    socket.connect(v.city.place.worker_endpoint)
    try:
        socket.send_multipart(HELLO, zmq.NOBLOCK)
    except zmq.Again:
        pass  # it has been refused already
    try:
        event = None
        while event in (None, zmq.EVENT_CONNECTED, zmq.EVENT_CONNECT_DELAYED, zmq.EVENT_CONNECT_RETRIED):
            if not v.stage.expect(monitor.poll(ANSWER_MS), f"{v.deed.__name__}: not refused"):
                return
            event = zmq.utils.monitor.recv_monitor_message(monitor)["event"]
        v.stage.expect(event != zmq.EVENT_HANDSHAKE_SUCCEEDED, f"{v.deed.__name__}: let in")
        v.stage.expect(not socket.poll(0), f"{v.deed.__name__}: was answered")
    finally:
        socket.disable_monitor()  # else ZeroMQ waits for ever for somebody to read it
        socket.close(0)


# ---- with a good key ----


def known(v):
    socket = dealer(v.keys["public"].encode(), v.keys["secret"].encode(), v.keys["server"].encode())
    socket.connect(v.city.place.worker_endpoint)
    return socket


def item(v, **more):
    task = v.chance.choice((f"{uuid.UUID(int=v.chance.getrandbits(128))}:1", "x", "", ":", "0:0", f"{uuid.UUID(int=0)}:99999", "x" * 5000))
    return {"task": task, "epoch": v.chance.choice((0, -1, 1, 2**53, 2**63, 1e300, "x", None, 1.5)), **more}


def wrong_message(v):
    good = [{"task": f"{uuid.UUID(int=v.chance.getrandbits(128))}:1", "epoch": 1}]
    return v.chance.choice((
        [b""], [b"X"], [b"x" * 70000], [b"HELLO"], [b"HELLO", b"{}"], [b"HELLO", b"x"], [b"WELCOME", b"{}"], [b"TASK", b"[]"],
        [b"ACCEPT"], [b"ACCEPT", b""], [b"ACCEPT", b"{}"], [b"ACCEPT", b"[]"], [b"ACCEPT", b"[1]"], [b"ACCEPT", b"["], [b"ACCEPT", b"[{}]"],
        [b"ACCEPT", b"\xff\xfe"], [b"ACCEPT", b"[" * 60000], [b"ACCEPT", b"[" + b'{"a":' * 20000], [b"ACCEPT", b"[]", b"[]"], [b"A"] * 300,
        [b"ACCEPT", json.dumps(good * 1001).encode()], [b"ACCEPT", json.dumps(good * 1000).encode()],
        [b"ACCEPT", json.dumps([item(v)]).encode()], [b"RETURN", json.dumps([item(v, reason="'; --", text="x")]).encode()],
        [b"DONE", json.dumps([item(v, answer={"result": "solved", "text": "x" * 9000})]).encode()],
        [b"DONE", json.dumps([{**good[0], "answer": v.chance.choice((None, 1, [], {}, {"result": "x"}, {"result": "solved", "text": "\u0000"}))}]).encode()],
        [b"DONE", json.dumps([{**good[0], "answer": {"result": "solved", "text": "x", "attachments": [{"name": "../x", "bytes": -1}] * 50}}]).encode()],
        [b"DONE", b'[{"task":"\\ud800","epoch":1}]'], [b"BYE", b"x"], [b"HEARTBEAT", b"x" * 60000], [b"\0" * 10, b"\0" * 10],
        [b"HELLO", json.dumps({"protocol": 1, "name": "x" * 65, "credit": 1}).encode()],
        [b"HELLO", json.dumps({"protocol": 1, "name": "x", "credit": 10**12}).encode()],
        [b"HELLO", json.dumps({"protocol": 1, "name": "x", "credit": 1, "units": ["W1"] * 5000}).encode()]))


def talks_nonsense(v):
    """Each message is answered or ignored; a worker that begins anew is welcome."""
    socket = known(v)
    hello = [b"HELLO", json.dumps({"protocol": 1, "name": "vandal", "credit": 0}).encode()]
    socket.send_multipart(hello)
    wait_for(v, socket, b"WELCOME")
    for _ in range(v.chance.randint(1, 30)):
        socket.send_multipart(wrong_message(v))
    socket.send_multipart(hello)
    wait_for(v, socket, b"WELCOME")
    socket.close(0)


def too_large(v):
    """Ends the connection, and nobody else's."""
    socket = known(v)
    socket.send_multipart([b"ACCEPT", b"x" * 1_200_000])
    other = known(v)
    other.send_multipart([b"HELLO", b'{"protocol":1,"name":"v","credit":0}'])
    wait_for(v, other, b"WELCOME")
    socket.close(0)
    other.close(0)


def grabs(v):
    """Takes tasks, does them without having accepted, says false things of them, and goes."""
    socket = known(v)
    socket.send_multipart([b"HELLO", json.dumps({"protocol": 1, "name": "vandal", "credit": 3}).encode()])
    wait_for(v, socket, b"WELCOME")
    for task in first_tasks(socket):
        if task["attempt"] > 1:  # somebody may have accepted it: then it may be done
            continue
        v.stage.count(v.stage.hostile, "grabbed")
        this = {"task": task["task"], "epoch": task["epoch"]}
        answer = {"result": "solved", "text": "không làm gì"}
        for verb, body, heard in ((b"DONE", {**this, "answer": answer}, b"REFUSED"),
                                  (b"ACCEPT", {**this, "epoch": this["epoch"] + 10**12}, b"REFUSED"),
                                  (b"RETURN", {**this, "reason": "NO_SUCH"}, b"REFUSED"),
                                  (b"DONE", {**this, "epoch": 0, "answer": answer}, b"ERROR")):
            socket.send_multipart([verb, json.dumps([body]).encode()])
            wait_for(v, socket, heard)
    if v.chance.random() < 0.5:
        socket.send_multipart([b"BYE"])
        socket.close(200)
    else:
        socket.close(0)


def first_tasks(socket):
    """Those that are given at once; none when there are none."""
    while socket.poll(300):
        verb, *frames = socket.recv_multipart()
        if verb == b"TASK":
            return json.loads(frames[0])
    return []


def wait_for(v, socket, verb):
    """Past whatever else is said."""
    while socket.poll(ANSWER_MS):
        frames = socket.recv_multipart()
        v.stage.count(v.stage.answers, frames[0].decode())
        if frames[0] == verb:
            return frames
    v.stage.fail(f"{v.deed.__name__}: no {verb.decode()}")
    return None


class WorkerVandal(Vandal):
    DEEDS = (raw_garbage, raw_http, raw_greeting, raw_greeting, unknown_key, wrong_server, no_curve, talks_nonsense, talks_nonsense,
             too_large, grabs)

    def __init__(self, stage, name, pause_s, city, promises, keys):
        super().__init__(stage, name, pause_s, city, promises)
        self.keys = keys

    def open(self):
        """The door knows a new key within a second."""
        until(ANSWER_MS / 1000, "the door to know the key", self.is_welcome)

    def is_welcome(self):
        socket = known(self)
        try:
            socket.send_multipart([b"HELLO", b'{"protocol":1,"name":"v","credit":0}'], zmq.NOBLOCK)
            return socket.poll(500) and socket.recv_multipart()[0] == b"WELCOME"
        except zmq.Again:
            return False
        finally:
            socket.close(0)
