#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_limits PORT BIN_DIR DIR - how much one address and one contact may ask for, at a door that trusts 127.0.0.1 as
its proxy, takes three requests of an address a minute and two of a contact an hour, lets an address ask five times, and
counts again after a second (a period that is over after a minute)."""
import http.client
import json
import os
import re
import select
import sys
import time
import urllib.parse
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from checking import Checks  # noqa: E402
from sending import form, png  # noqa: E402

CHECKS = Checks(*sys.argv[1:])
check, send = CHECKS.check, CHECKS.send
PHONES = iter(f"09031{number:05}" for number in range(100000))


def post(address, phone=None, **headers):
    """Where PLAIN reports come from, and from whom; status, headers, document."""
    case = {"service_code": "PLAIN", "description": "x", "lat": 10.75, "lon": 106.65,
            "contact": {"name": "An", "phone": phone or next(PHONES)}}
    status, headers, content = send("POST", "/api/v1/cases", json.dumps(case), Content_Type="application/json",
                                    X_Forwarded_For=address, **headers)
    CHECKS.description.check("post /api/v1/cases", status, headers, content, case)
    return status, headers, json.loads(content)


@check
def an_address_has_its_share():
    for left in (2, 1, 0):
        status, headers, _ = post("203.0.113.7")
        assert status == 201 and headers["RateLimit-Policy"] == '"address";q=3;w=60'
        left_s = re.fullmatch(f'"address";r={left};t=([0-9]+)', headers["RateLimit"])
        assert left_s and int(left_s[1]) <= (60 if left else 20), headers["RateLimit"]  # to all of them; to the next one
    status, headers, problem = post("203.0.113.7")
    assert status == 429 and problem["type"] == "/problems/too-many" and 1 <= int(headers["Retry-After"]) <= 20
    assert post("203.0.113.8")[0] == 201
    # What is said to stand before the proxy that is trusted counts for nothing.
    assert post("203.0.113.8, 203.0.113.7")[0] == 429 and post("203.0.113.7, 203.0.113.9")[0] == 201


def post_by_lines(*lines):
    """With a line of X-Forwarded-For for each; the status."""
    case = {"service_code": "PLAIN", "description": "x", "lat": 10.75, "lon": 106.65,
            "contact": {"name": "An", "phone": next(PHONES)}}
    body = json.dumps(case).encode()
    connection = http.client.HTTPConnection("127.0.0.1", CHECKS.port, timeout=60)
    connection.putrequest("POST", "/api/v1/cases")
    for line in lines:
        connection.putheader("X-Forwarded-For", line)
    for name, value in (("Content-Type", "application/json"), ("Content-Length", str(len(body)))):
        connection.putheader(name, value)
    connection.endheaders(body)
    status = connection.getresponse().status
    connection.close()
    return status


@check
def a_line_of_its_own_that_a_proxy_adds_counts_and_not_what_stands_before_it():
    for said in ("127.0.0.1", "203.0.113.20, 203.0.113.21", "x"):
        address = f"203.0.113.{30 + len(said)}"
        assert [post_by_lines(said, address) for _ in range(4)] == [201, 201, 201, 429], said
    assert post_by_lines("203.0.113.31", "127.0.0.1") == 429  # a second proxy that is trusted


@check
def a_customer_of_ipv6_is_one():
    assert [post(f"2001:db8::{host}")[0] for host in range(1, 5)] == [201, 201, 201, 429]
    assert post("2001:db8:0:1::1")[0] == 201


@check
def a_page_with_an_empty_field_for_photos_costs_nothing():
    def page(address, name, content):
        part = '--b\r\nContent-Disposition: form-data; name="{}"{}\r\n\r\n{}\r\n'
        body = "".join(part.format(*row) for row in (("step", "", "details"), ("go", "", "next"), ("description", "", "x"),
                                                     ("photos", f'; filename="{name}"', content))) + "--b--\r\n"
        return send("POST", "/report/PLAIN", body, X_Forwarded_For=address, Accept="text/html",
                    Content_Type="multipart/form-data; boundary=b")[0]

    assert [page("192.0.2.7", "", "") for _ in range(5)] == [200] * 5
    assert [page("192.0.2.8", "x.jpg", "no photo") for _ in range(4)] == [400, 400, 400, 429]
    assert page("192.0.2.8", "", "") == 200


@check
def what_costs_a_look_is_counted():
    _, _, receipt = post(None)
    link = urllib.parse.urlsplit(receipt["tracking_url"])
    page, letter = f"{link.path}?{link.query}", f"{link.path}/letters/{uuid.uuid4()}?{link.query}"
    html, token = {"Accept": "text/html"}, "/u/" + "A" * 44
    for number, (method, path, headers, answer, share) in enumerate((
            ("GET", page, html, 200, 5), ("GET", page, {}, 200, 5), ("GET", page[:-2], html, 404, 5),
            ("GET", letter, html, 404, 5), ("GET", letter, {}, 404, 5), ("POST", token, html, 404, 3))):
        address = f"198.51.100.{30 + number}"
        answers = [send(method, path, X_Forwarded_For=address, **headers) for _ in range(share + 1)]
        assert [status for status, _, _ in answers] == [answer] * share + [429], (path, [status for status, _, _ in answers])
        assert int(answers[-1][1]["Retry-After"]) >= 1
        if headers == html:
            assert answers[-1][1]["Content-Type"].startswith("text/html")


@check
def what_others_have_reported_is_looked_for_so_often():
    assert post(None)[0] == 201
    form = urllib.parse.urlencode({"step": "details", "go": "next", "description": "x", "lat": "10.75", "long": "106.65"})
    pages = [send("POST", "/report/PLAIN?lang=en", form, X_Forwarded_For="198.51.100.40", Accept="text/html",
                  Content_Type="application/x-www-form-urlencoded") for _ in range(7)]
    assert [status for status, _, _ in pages] == [200] * 7  # it is help, not a gate
    assert [b'name="join"' in content for _, _, content in pages] == [True] * 5 + [False] * 2


@check
def open311_has_errors_of_its_own():
    form = "service_code=PLAIN&description=x&lat=10.75&long=106.65&jurisdiction_id=city.example&api_key=none"
    answers = [send("POST", "/open311/v2/requests.xml", form, X_Forwarded_For="198.51.100.1",
                    Content_Type="application/x-www-form-urlencoded") for _ in range(2)]
    assert [answer[0] for answer in answers] == [403, 403]  # it wants a key
    form = form.replace("none", CHECKS.city.ctl("keys", "api", "limits", "--quota", "0"))
    while send("POST", "/open311/v2/requests.xml", form, X_Forwarded_For="198.51.100.1",
               Content_Type="application/x-www-form-urlencoded")[0] == 403:
        pass
    for _ in range(5):  # who has a key is not counted by address
        assert send("POST", "/open311/v2/requests.xml", form, X_Forwarded_For="198.51.100.1",
                    Content_Type="application/x-www-form-urlencoded")[0] == 201


@check
def a_contact_has_its_share():
    for address in ("198.51.100.2", "198.51.100.3"):
        assert post(address, "0901 222 333")[0] == 201
    status, headers, problem = post("198.51.100.4", "+84 901222333")
    assert status == 429 and problem["type"] == "/problems/too-many" and int(headers["Retry-After"]) > 60
    assert post("198.51.100.4", "0901 222 334")[0] == 201


def post_photo(phone, meanwhile, **headers):
    """A case with a photo that takes a while to be looked into; others come by until it is answered. Its status."""
    case = {"service_code": "PLAIN", "description": "x", "lat": 10.75, "lon": 106.65,
            "contact": {"name": "An", "phone": phone}}
    body, kind = form([("case", json.dumps(case))], [("photos", "wall.png", png(2500, 2500, bytes(2500 * 7501)))])
    connection = http.client.HTTPConnection("127.0.0.1", CHECKS.port, timeout=60)
    connection.request("POST", "/api/v1/cases", body, {**kind, **headers})
    others = 0
    while not select.select([connection.sock], [], [], 0)[0]:
        meanwhile()
        others += 1
    status = connection.getresponse().status
    connection.close()
    assert others > 1, "nobody came by"
    return status


@check
def a_contact_is_judged_by_who_sends_it_whoever_comes_by_meanwhile():
    phone = "0901 222 555"
    key = CHECKS.city.ctl("keys", "api", "contacts", "--quota", "0")
    while send("GET", "/api/v1/services", Authorization=f"Bearer {key}")[0] != 200:
        pass
    for address in ("198.51.100.11", "198.51.100.12"):
        assert post(address, phone)[0] == 201
    assert post_photo(phone, lambda: send("GET", "/api/v1/services"), **{"X-Forwarded-For": "198.51.100.13"}) == 429
    assert post_photo(phone, lambda: send("GET", "/api/v1/services", X_Forwarded_For="198.51.100.14"),
                      Authorization=f"Bearer {key}") == 201


@check
def who_is_here_is_not_limited():
    assert [post(None)[0] for _ in range(6)] == [201] * 6
    assert [post("127.0.0.1", "0909 999 999")[0] for _ in range(4)] == [201] * 4


@check
def statistics_are_counted_once_for_all():
    def received(query):
        status, _, content = send("GET", f"/api/v1/statistics?{query}")
        assert status == 200
        figures = json.loads(content)
        return figures["total"]["received"], figures["cut_off"]

    first = received("from=2026-03-01&to=2026-03-31")
    CHECKS.city.sql("INSERT INTO measure_deltas (day, unit, service, measure, value)"
                    " VALUES ('2026-03-20', 'D1', 'LIGHT', 'received', 7)")
    assert received("from=2026-03-01&to=2026-03-31") == first
    assert received("from=2026-03-02&to=2026-03-31")[0] >= 7  # another period
    month = received("")[0]
    CHECKS.city.sql("INSERT INTO measure_deltas (day, unit, service, measure, value)"
                    " VALUES ((now() AT TIME ZONE 'Asia/Ho_Chi_Minh')::date, 'D1', 'LIGHT', 'received', 5)")
    until = time.monotonic() + 60
    while received("")[0] < month + 5:  # it is counted behind an answer, and given with a later one
        assert time.monotonic() < until, "counted once and for ever"


sys.exit(CHECKS.run())
