# SPDX-License-Identifier: Apache-2.0
"""fronts - front ends that have themselves told: one that listens, and others that stall, break off, answer without end,
lead elsewhere."""
import json
import socketserver
import threading

STALL_S = 20  # longer than anybody waits for it
PART = b"x" * 65536


class Handler(socketserver.StreamRequestHandler):
    """One request a connection, unless the front end is good."""

    def handle(self):
        try:
            while self.one():
                pass
        except OSError:
            pass

    def one(self):
        line = self.rfile.readline(9000).decode()
        if not line.strip():
            return False
        length = 0
        while header := self.rfile.readline(9000).strip().lower():
            if header.startswith(b"content-length:"):
                length = int(header.split(b":")[1])
        body = self.rfile.read(length)
        name = line.split(" ")[1].strip("/").split("/")[0]
        self.server.fronts.told(name, body)
        return BEHAVIOUR.get(name, trapped)(self)

    def say(self, *parts):
        for part in parts:
            self.wfile.write(part)
            self.wfile.flush()


def answer(status, *lines, body=b""):
    return "\r\n".join((f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *lines, "", "")).encode() + body


def good(h):
    h.say(answer(200))
    return True


def stalls(h):
    h.server.fronts.over.wait(STALL_S)


def breaks(h):
    h.say(answer(500, body=PART))
    return True


def is_endless(h):
    h.say(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not h.server.fronts.over.wait(0.05):
        h.say(b"10000\r\n" + PART + b"\r\n")


def has_endless_head(h):
    h.say(b"HTTP/1.1 200 OK\r\n")
    while not h.server.fronts.over.wait(0.05):
        h.say(b"A: " + PART[:8000] + b"\r\n")


def drips(h):
    h.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not h.server.fronts.over.wait(0.5):
        h.say(b"x")


def leads_elsewhere(h):
    h.say(answer(302, f"Location: http://127.0.0.1:{h.server.server_address[1]}/trap"))
    return True


def leads_round(h):
    h.say(answer(307, "Location: /leads_round", "Refresh: 0"))
    return True


def babbles(h):
    h.say(b"\xff\0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n" + PART)


def cuts(h):
    h.say(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\nx")


def is_odd(h):
    h.say(b"HTTP/1.1 999 \xff\xfe\r\nRetry-After: 99999999999999999999\r\nContent-Length: -5\r\nContent-Encoding: gzip\r\n\r\n{")


def trapped(h):
    h.say(answer(200))


HOSTILE = (stalls, breaks, is_endless, has_endless_head, drips, leads_elsewhere, leads_round, babbles, cuts, is_odd)
BEHAVIOUR = {function.__name__: function for function in (good, *HOSTILE)}


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 100

    def handle_error(self, request, client_address):
        pass  # who has gone has gone


class Fronts:
    def __init__(self):
        self.over, self.lock = threading.Event(), threading.Lock()
        self.heard, self.counts = {}, {}  # of the good one: how often each reference was told of; of each, messages
        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.fronts = self
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def told(self, name, body):
        with self.lock:
            self.counts[name] = self.counts.get(name, 0) + 1
            if name == "good":
                reference = json.loads(body)["data"]["reference"]
                self.heard[reference] = self.heard.get(reference, 0) + 1

    def url(self, name):
        return f"http://127.0.0.1:{self.server.server_address[1]}/{name}"

    def close(self):
        self.over.set()
        self.server.shutdown()
        self.server.server_close()
