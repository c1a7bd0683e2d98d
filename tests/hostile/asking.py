# SPDX-License-Identifier: Apache-2.0
"""asking - HTTP as good clients speak it, from an address of their own behind the trusted proxy, and bytes as
anybody may send them."""
import http.client
import re
import socket
import struct
import time
import urllib.parse

TIMEOUT_S = 100  # longer than any answer may take
STATUS = re.compile(rb"HTTP/1\.[01] ([0-9]{3}) ")
TRIES = 200


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body


class Client:
    """Keeps its connection, as browsers and apps do."""

    def __init__(self, stage, port):
        self.stage, self.port = stage, port
        self.connection = None

    def close(self):
        if self.connection is not None:
            self.connection.close()
        self.connection = None

    def _send(self, method, path, body, headers):
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_S)
        try:
            self.connection.request(method, path, body, headers)
            got = self.connection.getresponse()
            return Answer(got.status, got.headers, got.read())
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def send(self, method, path, body=None, headers=None):
        """One request; again where a kept connection had been closed meanwhile."""
        headers = {name: value for name, value in (headers or {}).items() if value is not None}
        was_kept = self.connection is not None
        try:
            return self._send(method, path, body, headers)
        except (OSError, http.client.HTTPException):
            if not was_kept:
                raise
        self.stage.count(self.stage.setbacks, "connected again")
        return self._send(method, path, body, headers)

    def ask(self, method, path, body=None, headers=None, expected=200):
        """Until it is served: who is told to come again does so."""
        for _ in range(TRIES):
            answer = self.send(method, path, body, headers)
            if answer.status != 503:
                break
            self.stage.count(self.stage.setbacks, "told to come again")
            time.sleep(int(answer.headers["Retry-After"]))
        if answer.status != expected:
            raise AssertionError(f"{method} {path}: {answer.status}, not {expected}: {answer.body[:600]}")
        return answer


def path_of(url):
    parts = urllib.parse.urlsplit(url)
    return parts.path + ("?" + parts.query if parts.query else "")


def secret_of(receipt):
    return urllib.parse.parse_qs(urllib.parse.urlsplit(receipt["tracking_url"]).query)["k"][0]


# ---- bytes ----


def connect(port, source="127.0.0.1"):
    connection = socket.socket()
    connection.settimeout(TIMEOUT_S)
    try:
        connection.bind((source, 0))
        connection.connect(("127.0.0.1", port))
    except OSError:
        connection.close()
        raise
    return connection


def reset(connection):
    """Gone without a word."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def read_all(connection):
    """What comes until the other side ends it, in whichever way."""
    parts = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except (ConnectionError, BrokenPipeError):
        pass
    return b"".join(parts)


def exchange(port, data, source, ends=False):
    """Sends all of it, as far as it is taken, and reads what was answered until the other side ends it; ends: says
    before that no more will come."""
    connection = connect(port, source)
    try:
        connection.sendall(data)
        if ends:
            connection.shutdown(socket.SHUT_WR)
    except OSError:
        pass  # the other side has had enough
    got = read_all(connection)
    connection.close()
    return got


def statuses(got):
    return [int(status) for status in STATUS.findall(got)]


def request(method, path, body=b"", headers=(), close=True):
    """The bytes of a request; headers are lines without their end, as bytes or text."""
    lines = [f"{method} {path} HTTP/1.1", "Host: x", *headers]
    if body or method in ("POST", "PUT", "PATCH"):
        lines.append(f"Content-Length: {len(body)}")
    if close:
        lines.append("Connection: close")
    head = b"".join((line if isinstance(line, bytes) else line.encode()) + b"\r\n" for line in lines)
    return head + b"\r\n" + body
