# SPDX-License-Identifier: Apache-2.0
"""bad_http - bytes that are no good HTTP, and connections that only cost room."""
import json
import socket
import time

from place import until
from sending import form

from asking import TIMEOUT_S, connect, exchange, read_all, request, reset, statuses
from city import ADDRESS_CONNECTIONS, CONNECTIONS, CONTACT_WRITES, READS, WRITES
from files import mutated, photo
from stage import Player

# What nobody who does wrong may be answered: success, and our own failure.
REFUSED = (400, 401, 403, 404, 405, 409, 411, 413, 414, 415, 416, 417, 422, 429, 431, 501, 505)
HARMLESS = (200, 206, 302, 303, 304, *REFUSED)
FLOODER = "198.51.100."
CASE = json.dumps({"service_code": "NOISE", "description": "smuggled", "anonymous": True, "lat": 10.75,
                   "lon": 106.65}).encode()
JSON = "Content-Type: application/json"
SLOW_MOST = 12
BEYOND = 5  # so many connections more than one address may have


class Vandal(Player):
    """Does one of its deeds after another, from addresses of its own."""

    DEEDS = ()
    ENDS = 0.3  # how often it says after a request that no more will come

    def __init__(self, stage, name, pause_s, city, promises):
        super().__init__(stage, name, pause_s)
        self.city, self.promises = city, promises
        self.deed = None

    def source(self):
        return f"127.0.1.{self.chance.randint(1, 40)}"

    def act(self):
        self.deed = self.chance.choice(self.DEEDS)
        self.stage.count(self.stage.hostile, self.deed.__name__)
        self.deed(self)

    def judge(self, got, allowed, sent):
        """What came back for sent."""
        answers = statuses(got)
        for status in answers:
            self.stage.count(self.stage.answers, status)
            if status == 503 and b"Retry-After" in got:
                continue
            self.stage.expect(status in allowed, f"{self.name}, {self.deed.__name__}: {status} for {sent[:300]!r}: {got[:600]!r}")
        if not answers:
            self.stage.count(self.stage.answers, "none")
            self.stage.expect(not got, f"{self.name}, {self.deed.__name__}: {got[:300]!r} for {sent[:300]!r}")
        return answers

    def exchange(self, data):
        return exchange(self.city.port, data, self.source(), self.chance.random() < self.ENDS)

    def send(self, data, allowed=REFUSED):
        got = self.exchange(data)
        self.judge(got, allowed, data)
        return got


# ---- bytes ----


def garbage(v):
    v.send(v.chance.randbytes(v.chance.randint(1, 4000)))


def garbage_of_text(v):
    v.send(bytes(v.chance.choice(b"GET /POSTHTTP/1.1 \r\n:\0\t;,=%\xff0") for _ in range(v.chance.randint(1, 2000))))


def cut_off(v):
    whole = request("POST", "/api/v1/cases", CASE, [JSON, "Idempotency-Key: cut"])
    v.send(whole[:v.chance.randrange(1, len(whole) - 1)])


def mutated_request(v):
    v.send(mutated(v.chance, request("GET", "/api/v1/cases?limit=1", headers=["Accept: text/html"])), HARMLESS)


LINES = (
    b"GET / HTTP/1.1\n\n", b"GET / HTTP/1.1\r\rHost: x\r\r", b"GET /\r\n\r\n", b"GET  /  HTTP/1.1\r\nHost: x\r\n\r\n",
    b"get / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1x\r\nHost: x\r\n\r\n",
    b"GET / http/1.1\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost : x\r\n\r\n", b"GET / HTTP/1.1\r\n Host: x\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nno colon\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\n: empty\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nA\0B: c\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n",
    b"GET http://x/ HTTP/1.1\r\nHost: x\r\n\r\n", b"GET * HTTP/1.1\r\nHost: x\r\n\r\n", b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    b"CONNECT x:443 HTTP/1.1\r\nHost: x\r\n\r\n", b"TRACE / HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET /%00%ff%zz HTTP/1.1\r\nHost: x\r\n\r\n", b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n", b"GET ? HTTP/1.1\r\nHost: x\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 60, b"\r\n\r\n\r\n\r\n",
    b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nHost: x\r\nExpect: the-unexpected\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nCookie: " + b"a=b;" * 500 + b"\r\n\r\n",
)


def odd_line(v):
    v.send(v.chance.choice(LINES), HARMLESS)


def huge_head(v):
    v.send(v.chance.choice((
        b"GET /" + b"a" * v.chance.choice((1023, 1024, 4000, 9000, 100000)) + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /?" + b"a=b&" * v.chance.choice((300, 3000, 30000)) + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nA: " + b"b" * v.chance.choice((3000, 9000, 100000)) + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"A: b\r\n" * v.chance.choice((100, 1000, 20000)) + b"\r\n",
        b"A" * v.chance.choice((40, 9000)) + b" / HTTP/1.1\r\nHost: x\r\n\r\n")), HARMLESS)


# ---- bodies ----


def huge_body(v):
    path = v.chance.choice(("/api/v1/cases", "/open311/v2/requests.json", "/report/NOISE"))
    size = v.chance.choice((65537, 200_000, 1_000_000))
    kind = v.chance.choice((JSON, "Content-Type: application/x-www-form-urlencoded", "Content-Type: multipart/form-data; boundary=b"))
    v.send(request("POST", path, b"x" * size, [kind, "Accept: application/json"]))


def announced_body(v):
    size = v.chance.choice(("1000000000", "99999999999999999999", "9223372036854775807", "18446744073709551616"))
    v.send(f"POST /api/v1/cases HTTP/1.1\r\nHost: x\r\n{JSON}\r\nContent-Length: {size}\r\n\r\n".encode())


def odd_length(v):
    length = v.chance.choice(("-1", "+5", "0x10", "5, 5", "5 5", "", " ", "abc", "1e3", "5\r\nContent-Length: 6", "5\r\nContent-Length: 5"))
    v.send(f"POST /api/v1/cases HTTP/1.1\r\nHost: x\r\n{JSON}\r\nContent-Length: {length}\r\n\r\n{{}}{{}}x".encode())


def chunked(chunks, *headers):
    lines = "".join(f"{line}\r\n" for line in headers)
    return f"POST /api/v1/cases HTTP/1.1\r\nHost: x\r\n{JSON}\r\nTransfer-Encoding: chunked\r\n{lines}\r\n".encode() + chunks


def odd_chunks(v):
    v.send(chunked(v.chance.choice((
        b"ffffffffffffffff\r\nx\r\n0\r\n\r\n", b"fffffffffffffffff\r\nx\r\n0\r\n\r\n", b"-1\r\nx\r\n0\r\n\r\n", b"0x5\r\nhello\r\n0\r\n\r\n",
        b"5\nhello\n0\n\n", b"5\r\nhelloX\r\n0\r\n\r\n", b"zz\r\n\r\n", b"\r\n\r\n",
        b"5\r\nhello\r\n0\r\nTrailer: x\r\n\r\n", b"0" * 5000 + b"\r\n\r\n", b"1\r\n{\r\n" * 2000 + b"0\r\n\r\n",
        b"5\r\nhello\r\n", b"0\r\n\r\n", b"ffff\r\n" + b"x" * 0xffff + b"\r\n" + b"ffff\r\n" + b"x" * 0xffff + b"\r\n0\r\n\r\n"))))


def endless_chunks(v):
    v.send(chunked(b"4000\r\n" + b"x" * 0x4000 + b"\r\n") + (b"4000\r\n" + b"x" * 0x4000 + b"\r\n") * 60)


def smuggled(v):
    """One request that a careless proxy would take for two: it is refused, and nothing after it is looked at."""
    hidden = request("POST", "/api/v1/cases", CASE, [JSON])
    body = b"0\r\n\r\n" + hidden
    encoding = v.chance.choice(("chunked", "Chunked", "xchunked", " chunked", "\tchunked", "chunked, identity", "identity",
                                "identity, chunked", "chunked\r\nTransfer-Encoding: identity", '"chunked"', "chunked;q=1", "gzip"))
    lines = [f"Content-Length: {v.chance.choice((len(body), 5, 0, len(body) - 1))}", f"Transfer-Encoding: {encoding}"]
    v.chance.shuffle(lines)
    method = v.chance.choice(("POST", "POST", "GET", "DELETE"))
    head = f"{method} /api/v1/cases HTTP/1.1\r\nHost: x\r\n" + JSON + "\r\n" + "\r\n".join(lines) + "\r\n\r\n"
    got = v.send(head.encode() + body)
    v.stage.expect(len(statuses(got)) <= 1, f"smuggled: two answers for {head!r}: {got!r}")


# ---- methods and floods ----


def wrong_method(v):
    method = v.chance.choice(("PATCH", "PUT", "DELETE", "TRACE", "PROPFIND", "BREW", "A", "POST"))
    path = v.chance.choice(("/", "/city", "/api/v1/statistics", "/media/x", "/static/x", "/open311/v2/services.json", "/api/v1/units"))
    v.send(request(method, path, b"x" * v.chance.choice((0, 100))))


def flood(v):
    """More than one address may; told so in time, and when to come again."""
    address = FLOODER + str(v.chance.randint(1, 4))
    writes = v.chance.random() < 0.5
    one = request("POST", "/api/v1/cases", b"{}", [JSON, f"X-Forwarded-For: {address}"], close=False) if writes else \
        request("GET", "/api/v1/units", headers=[f"X-Forwarded-For: {address}"], close=False)
    count = (WRITES if writes else READS) * 5 // 4
    last = request("GET", "/sw.js", headers=[f"X-Forwarded-For: {address}"])
    data = one * count + last
    begun = time.monotonic()
    got = exchange(v.city.port, data, "127.0.0.1")
    answers = v.judge(got, HARMLESS, data)
    quota = WRITES if writes else READS
    may = quota + quota * (time.monotonic() - begun) / 60 + 1  # what has come back meanwhile is good, too
    v.stage.expect(answers.count(429) >= count - may, f"flood: {answers.count(429)} of {count} refused, {may} may pass")
    v.stage.expect(got.count(b"Retry-After") >= answers.count(429), "flood: 429 without Retry-After")


def contact_flood(v):
    case = {"service_code": "NOISE", "description": "Lụt thư", "lat": 10.75, "lon": 106.65,
            "contact": {"name": "Lụt", "phone": "0909 000 111"}}
    answers = []
    for _ in range(CONTACT_WRITES + 10):
        data = request("POST", "/api/v1/cases", json.dumps(case).encode(), [JSON, f"X-Forwarded-For: 192.0.2.{v.chance.randint(1, 250)}"])
        answers += v.judge(exchange(v.city.port, data, "127.0.0.1"), (201, 429), data)
    v.stage.expect(answers.count(201) <= CONTACT_WRITES + 1, f"contact_flood: {answers.count(201)} taken")


def gone_in_the_middle(v):
    """Of a long answer, or before it."""
    path = v.chance.choice(("/city/cases", "/map/wards.json", "/api/v1/cases?limit=100", "/open311/v2/requests.xml", "/sw.js"))
    connection = connect(v.city.port, v.source())
    connection.sendall(request("GET", path) * v.chance.choice((1, 1, 20)))
    if v.chance.random() < 0.5:
        connection.recv(v.chance.choice((1, 100)))
    reset(connection)


def gone_before_the_answer(v):
    """Such a case may be there; nobody was promised it."""
    connection = connect(v.city.port, v.source())
    connection.sendall(request("POST", "/api/v1/cases", CASE.replace(b"smuggled", b"unheard"), [JSON], close=False))
    reset(connection)


def gone_while_uploading(v):
    body, headers = form((), [("photos", "x.png", photo(v.chance))] * 3)
    whole = request("POST", "/api/v1/attachments", body, [f"Content-Type: {headers['Content-Type']}"])
    connection = connect(v.city.port, v.source())
    connection.sendall(whole[:v.chance.randrange(len(whole))])
    reset(connection)


def reads_nothing(v):
    """Asks a lot and takes nothing of it for a while."""
    connection = connect(v.city.port, v.source())
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    connection.sendall(request("GET", "/city", headers=["Accept: text/html"], close=False) * 30)
    v.stage.over.wait(0.5)
    reset(connection)


def crowd(v):
    """More connections than one address may have, of which the rest is ended at once; and than all together may have: who
    comes then waits until these leave."""
    held = settle(v, 1)
    until(TIMEOUT_S, "the end of what one address has beyond its limit", lambda: sum(map(has_come, held)) >= BEYOND)
    for i in range(CONNECTIONS // ADDRESS_CONNECTIONS):
        held += settle(v, i + 2)
    other = connect(v.city.port, v.source())
    data = request("GET", "/api/v1/units")
    other.sendall(data)
    v.stage.over.wait(0.5)
    other.setblocking(False)
    v.stage.expect(not has_come(other), "crowd: somebody is served beyond the limit of all")
    for connection in held:
        if v.chance.random() < 0.5:
            reset(connection)
        else:
            connection.close()
    other.settimeout(TIMEOUT_S)
    v.judge(read_all(other), (200,), data)
    other.close()


def settle(v, address):
    """As many as one address may have, and some more."""
    held = [connect(v.city.port, f"127.0.2.{address}") for _ in range(ADDRESS_CONNECTIONS + BEYOND)]
    for connection in held:
        connection.setblocking(False)
    return held


def has_come(connection):
    """An answer, or the end."""
    try:
        connection.recv(1, socket.MSG_PEEK)
    except BlockingIOError:
        return False
    except ConnectionError:
        pass
    return True


class Breaker(Vandal):
    ENDS = 1  # else a request that is never whole would be waited for
    DEEDS = (garbage, garbage_of_text, cut_off, mutated_request, odd_line, huge_head, huge_body, announced_body, odd_length,
             odd_chunks, endless_chunks, smuggled, wrong_method, gone_in_the_middle, gone_before_the_answer,
             gone_while_uploading)


class Flooder(Vandal):
    DEEDS = (flood, flood, contact_flood, reads_nothing, crowd)


class Slow(Vandal):
    """Some connections that send a byte now and then, and some that send nothing, until they are cut off."""

    DEEDS = ("",)

    def open(self):
        self.held = []

    def begin(self):
        kind = self.chance.choice(("idle", "head", "body", "upload", "chunk"))
        data = {"idle": b"", "head": request("GET", "/", headers=["A: " + "b" * 500]),
                "body": request("POST", "/api/v1/cases", CASE, [JSON]),
                "upload": request("POST", "/api/v1/attachments", b"--b\r\n" + b"x" * 5000,
                                  ["Content-Type: multipart/form-data; boundary=b"]),
                "chunk": chunked(b"5;" + b"a=b;" * 2000 + b"\r\nhello\r\n0\r\n\r\n")}[kind]
        self.stage.count(self.stage.hostile, f"slow {kind}")
        connection = connect(self.city.port, self.source())
        connection.setblocking(False)
        # All but the last byte: it is never whole.
        begun = data.find(b"\r\n\r\n") + 4 if kind in ("body", "upload") else min(20, len(data))
        connection.send(data[:begun])
        self.held.append([connection, data[begun:-1]])

    def act(self):
        while len(self.held) < SLOW_MOST:
            self.begin()
        for held in list(self.held):
            connection, data = held
            try:
                connection.send(data[:1])
                held[1] = data[1:]
                got = connection.recv(4096)
                self.stage.expect(500 not in statuses(got), f"slow: {got[:300]!r}")
                ended = got == b""
            except BlockingIOError:
                continue
            except ConnectionError:
                ended = True
            if ended:
                connection.close()
                self.held.remove(held)
                self.stage.count(self.stage.hostile, "slow, cut off")

    def close(self):
        for connection, _ in self.held:
            connection.close()
