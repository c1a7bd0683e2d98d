#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_attachments PORT BIN_DIR DIR files|cases|refused|limits|lost|swept|kill - files sent to a running city, and asked for again.

files: links, ranges, who may see what. cases: every way in. refused: what, and why. lost: what goes from the
disk is noticed. swept: what no case has goes after a day. kill: a door of its own is killed, with its keepers, while
cases with photos come in; each case that was answered must have its photo on the disk, whole.
"""
import hashlib
import http.client
import json
import os
import pathlib
import random
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
import traceback
import urllib.parse
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "open311"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

from city import City  # noqa: E402
from description import Description  # noqa: E402
from sending import form, free_port  # noqa: E402

PORT, BIN_DIR, DIR, PART = sys.argv[1:]
CITY = City(BIN_DIR, DIR)
DESCRIPTION = Description()
FILES = pathlib.Path(DIR) / "files"
STORE = pathlib.Path(DIR) / "var/attachments"
CASE = {"service_code": "NOISE", "description": "Ồn", "anonymous": True}
PLACE = {"lat": 10.75, "lon": 106.65}
LAN = "officer:lan"
DAY_S = 24 * 3600
WITHIN_S = 60
CHECKS = []
GROUP = "files"


def check(function):
    CHECKS.append((GROUP, function))
    return function


def send(method, path, body=None, headers=None, port=PORT):
    connection = http.client.HTTPConnection("127.0.0.1", int(port), timeout=60)
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers, content


def file(name):
    return (FILES / name).read_bytes()


def send_form(path, fields=(), files=(), port=PORT, **headers):
    body, own = form(fields, [(field, name, file(name)) for field, name in files])
    return send("POST", path, body, {**own, **{n.replace("_", "-"): v for n, v in headers.items()}}, port)


def upload(*names, fields=(), expected=201):
    status, headers, content = send_form("/api/v1/attachments", fields, [("photos", name) for name in names])
    assert status == expected, f"{names}: {status} {content.decode()}"
    DESCRIPTION.check("post /api/v1/attachments", status, headers, content)
    return json.loads(content)


def refused(content):
    return [(error["pointer"], error["rule"]) for error in json.loads(content)["errors"]]


def post_case(expected=201, **more):
    body = {**CASE, **PLACE, **more}
    status, headers, content = send("POST", "/api/v1/cases", json.dumps(body), {"Content-Type": "application/json"})
    assert status == expected, content
    DESCRIPTION.check("post /api/v1/cases", status, headers, content, body)
    return json.loads(content)


def secret_of(receipt):
    return urllib.parse.parse_qs(urllib.parse.urlsplit(receipt["tracking_url"]).query)["k"][0]


def read_case(receipt, secret=True):
    query = f"?k={secret_of(receipt)}" if secret else ""
    status, headers, content = send("GET", f"/api/v1/cases/{receipt['reference']}{query}")
    assert status == 200, content
    DESCRIPTION.check("get /api/v1/cases/{reference}", status, headers, content)
    return json.loads(content)


def path_of(url):
    parts = urllib.parse.urlsplit(url)
    return parts.path + ("?" + parts.query if parts.query else "")


def get(url, expected=200, **headers):
    status, got, content = send("GET", path_of(url), None, {n.replace("_", "-"): v for n, v in headers.items()})
    assert status == expected, f"{url}: {status}"
    DESCRIPTION.check("get /media/{name}", status, got, content) if expected in (404, 416) else None
    return got, content


def stored(name):
    return STORE / name[:2] / name[2:]


# ---- what came in, goes out ----


@check
def a_photo_is_kept_under_its_hash_without_metadata():
    (photo,) = upload("tagged.jpg")["attachments"]
    assert (photo["type"], photo["width"], photo["height"]) == ("image/jpeg", 1200, 1600), photo
    _, content = get(photo["url"])
    assert len(content) == photo["bytes"]
    assert hashlib.blake2b(content, digest_size=32).hexdigest() + ".jpg" == photo["name"]
    assert b"Exif" not in content and b"Nguyen" not in content
    _, thumb = get(photo["thumb_url"])
    assert thumb[:2] == b"\xff\xd8" and len(thumb) < len(content)
    assert stored(photo["name"]).stat().st_mode & 0o777 == 0o600
    assert not list((STORE / "tmp").iterdir())


@check
def the_same_photo_is_one_file():
    first, second = (upload("plain.jpg")["attachments"][0] for _ in range(2))
    assert first["name"] == second["name"]


@check
def other_kinds_are_kept_as_they_came():
    screen, paper, film = upload("screen.png", "paper.pdf", "film.mp4")["attachments"]
    assert screen["type"] == "image/jpeg" and screen["width"] == 300
    got, content = get(paper["url"])
    assert content == file("paper.pdf")
    assert got["Content-Disposition"].startswith("attachment;")
    got, content = get(film["url"])
    assert got["Content-Type"] == "video/mp4" and len(content) == len(file("film.mp4"))
    assert b"+10.77" in file("film.mp4") and b"+10.77" not in content


@check
def headers_are_safe_and_files_stay():
    (photo,) = upload("plain.jpg")["attachments"]
    got, content = get(photo["url"])
    assert got["Content-Type"] == "image/jpeg" and got["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in got["Content-Security-Policy"] and "script" not in got["Content-Security-Policy"]
    assert "immutable" in got["Cache-Control"] and "private" in got["Cache-Control"]
    get(photo["url"], 304, If_None_Match=got["ETag"])
    status, headers, body = send("HEAD", path_of(photo["url"]))
    assert (status, body, headers["Content-Length"]) == (200, b"", str(len(content)))


@check
def parts_can_be_asked_for():
    (photo,) = upload("tagged.jpg")["attachments"]
    got, content = get(photo["url"])
    size = len(content)
    for asked, first, last in (("bytes=0-9", 0, 9), ("bytes=10-", 10, size - 1), ("bytes=-7", size - 7, size - 1),
                               (f"bytes=5-{size * 2}", 5, size - 1)):
        headers, part = get(photo["url"], 206, Range=asked)
        assert part == content[first:last + 1], asked
        assert headers["Content-Range"] == f"bytes {first}-{last}/{size}"
    headers, _ = get(photo["url"], 416, Range=f"bytes={size}-")
    assert headers["Content-Range"] == f"bytes */{size}"
    for ignored in ("bytes=9-2", "lines=1-2", "bytes=0-1,5-6", "bytes=x-"):
        assert get(photo["url"], 200, Range=ignored)[1] == content
    assert get(photo["url"], 200, Range="bytes=0-9", If_Range='"another"')[1] == content
    assert len(get(photo["url"], 206, Range="bytes=0-9", If_Range=got["ETag"])[1]) == 10


@check
def only_the_key_opens_a_file():
    (photo,) = upload("tagged.jpg")["attachments"]
    (other,) = upload("plain.jpg")["attachments"]
    bare = photo["url"].split("?")[0]
    wrong = bare + "?" + other["url"].split("?")[1]
    for url in (bare, wrong, bare + "?k=", bare + "?k=x", bare.replace(".jpg", ".pdf"),
                bare.replace(photo["name"], "0" * 64 + ".jpg"), bare.replace(photo["name"], "x.jpg"),
                bare.replace(photo["name"], "..%2F..%2Fkeys%2Fcontact.keys")):
        get(url, 404)


GROUP = "cases"

# ---- cases ----


@check
def a_case_has_the_files_that_it_names():
    photo, paper = upload("tagged.jpg", "paper.pdf")["attachments"]
    receipt = post_case(attachments=[photo["id"], paper["id"]])
    shown = read_case(receipt)["attachments"]
    assert [item["name"] for item in shown] == [photo["name"], paper["name"]]
    assert all(item["given_by"] == "citizen" for item in shown)
    assert get(shown[0]["url"])[1] == stored(photo["name"]).read_bytes()
    assert read_case(receipt, secret=False)["attachments"] == []
    count = CITY.sql("SELECT count(*) FROM attachments AS a JOIN cases AS c ON c.id = a.case_id"
                     f" WHERE c.reference = '{receipt['reference']}' AND a.seq = (SELECT e.seq FROM events AS e"
                     " WHERE e.case_id = c.id AND e.type = 'received')")
    assert count == "2", count


def join(reference, expected, **more):
    body = {"description": "Tôi cũng vậy", "anonymous": True, **more}
    status, headers, content = send("POST", f"/api/v1/cases/{reference}/followers", json.dumps(body),
                                    {"Content-Type": "application/json"})
    assert status == expected, content
    DESCRIPTION.check("post /api/v1/cases/{reference}/followers", status, headers, content, body)
    return content


@check
def who_says_me_too_brings_photos_of_his_own():
    first, second = upload("tagged.jpg", "plain.jpg")["attachments"]
    case = post_case(attachments=[first["id"]])
    mine = json.loads(join(case["reference"], 201, attachments=[second["id"]]))
    shown = read_case(mine)
    assert [(item["name"], item["given_by"]) for item in shown["attachments"]] == [(second["name"], "citizen")]
    assert shown["state"] == "MERGED" and shown["lat"] is None
    assert [item["name"] for item in read_case(case)["attachments"]] == [first["name"]]


@check
def ids_are_those_given_out_here():
    (photo,) = upload("plain.jpg")["attachments"]
    name, rest = photo["id"].split("~", 1)
    case = post_case()["reference"]
    for bad in ("x", name, photo["id"] + "x", "0" * 64 + ".jpg~" + rest, photo["id"].replace(".jpg", ".pdf")):
        status, _, content = send("POST", "/api/v1/cases", json.dumps({**CASE, **PLACE, "attachments": [bad]}),
                                  {"Content-Type": "application/json"})
        assert status == 400 and refused(content) == [("/attachments/0", "attachment")], content
        assert refused(join(case, 400, attachments=[bad])) == [("/attachments/0", "attachment")]


@check
def a_case_and_its_photos_come_in_one_form():
    status, headers, content = send_form("/api/v1/cases", [("case", json.dumps(CASE)), ("place_from_photo", "yes")],
                                         [("photos", "plain.jpg"), ("photos", "tagged.jpg")])
    assert status == 201, content
    DESCRIPTION.check("post /api/v1/cases", status, headers, content)
    case = read_case(json.loads(content))
    assert len(case["attachments"]) == 2
    assert (round(case["lat"], 4), round(case["lon"], 4)) == (10.77, 106.7), case
    status, _, content = send_form("/api/v1/cases", [("case", json.dumps(CASE))], [("photos", "tagged.jpg")])
    case = read_case(json.loads(content)) if status == 201 else None
    assert case is None or case["lat"] is None, "the place of a photo was used though nobody agreed"


@check
def the_same_form_again_is_the_same_case():
    def once(photo, text="Ồn", **headers):
        case = json.dumps({**CASE, **PLACE, "description": text})
        return send_form("/api/v1/cases", [("case", case)], [("photos", photo)], **headers)

    key = uuid.uuid4().hex
    first, second = (json.loads(once("plain.jpg", Idempotency_Key=key)[2]) for _ in range(2))
    assert first["reference"] == second["reference"]
    assert once("tagged.jpg", Idempotency_Key=key)[0] == 422
    assert once("plain.jpg", "Ồn quá", Idempotency_Key=key)[0] == 422
    assert len(read_case(first)["attachments"]) == 1


@check
def the_same_form_without_a_file_again_is_the_same_case():
    def once(text="Ồn", **headers):
        return send_form("/api/v1/cases", [("case", json.dumps({**CASE, **PLACE, "description": text}))], [], **headers)

    key = uuid.uuid4().hex  # its boundary is another one each time
    (status, _, first), (again, _, second) = (once(Idempotency_Key=key) for _ in range(2))
    assert (status, again) == (201, 201) and first == second, second
    assert once("Ồn quá", Idempotency_Key=key)[0] == 422


@check
def a_form_is_another_one_behind_a_zero_as_well():
    def once(text, **headers):
        return send_form("/api/v1/cases", [("other", "\0"), ("case", json.dumps({**CASE, **PLACE, "description": text}))], [],
                         **headers)

    key = uuid.uuid4().hex
    assert [once(text, Idempotency_Key=key)[0] for text in ("Ồn", "Ồn", "Ồn quá")] == [201, 201, 422]


@check
def a_form_of_nothing_is_refused():
    for path in ("/api/v1/cases", "/open311/v2/requests.json"):
        status, _, content = send_form(path, Idempotency_Key=uuid.uuid4().hex)
        assert status == 400, f"{path}: {status} {content}"


@check
def a_form_has_one_case():
    one = ("case", json.dumps({**CASE, **PLACE}))
    for second in (one, ("case", "{"), ("case", "")):
        status, headers, content = send_form("/api/v1/cases", [one, second, second], [("photos", "plain.jpg")])
        assert status == 400 and refused(content) == [("/case", "once")], f"{status} {content}"
        DESCRIPTION.check("post /api/v1/cases", status, headers, content)


@check
def open311_takes_media():
    fields = [("service_code", "NOISE"), ("lat", "10.75"), ("long", "106.65"), ("description", "Ồn"),
              ("media_url", "https://example.org/a.jpg")]
    status, _, content = send_form("/open311/v2/requests.json", fields, [("media", "plain.jpg")])
    assert status == 201, content
    reference = json.loads(content)[0]["service_request_id"]
    assert CITY.sql("SELECT count(*) FROM attachments AS a JOIN cases AS c ON c.id = a.case_id"
                    f" WHERE c.reference = '{reference}'") == "1"
    status, _, content = send_form("/open311/v2/requests.json", fields, [("media", "flood.png")])
    assert status == 400 and "media" in json.loads(content)[0]["description"], content
    status, _, content = send_form("/open311/v2/requests.xml", fields, [("media", "half.jpg")])
    assert status == 400 and content.startswith(b"<?xml"), content


@check
def the_report_pages_carry_photos():
    fields = [("step", "details"), ("go", "next"), ("description", "Ồn"), ("lat", "10.75"), ("long", "106.65")]
    status, _, content = send_form("/report/NOISE?lang=en", fields, [("photos", "plain.jpg")])
    text = content.decode()
    assert status == 200, text
    carried = text.split('name="attachment[]" value="')[1].split('"')[0]
    sent = dict(fields, step="check", go="send", who="anonymous", **{"attachment[]": carried})
    status, headers, content = send("POST", "/report/NOISE?lang=en", urllib.parse.urlencode(sent),
                                    {"Content-Type": "application/x-www-form-urlencoded"})
    assert status == 303, content.decode()
    reference = headers["Location"].split("/t/")[1].split("?")[0]
    assert CITY.sql("SELECT count(*) FROM attachments AS a JOIN cases AS c ON c.id = a.case_id"
                    f" WHERE c.reference = '{reference}'") == "1"
    status, _, content = send_form("/report/NOISE?lang=en", fields, [("photos", "half.jpg")])
    assert status == 400 and "cut off" in content.decode(), content.decode()
    # A browser sends its empty field as well.
    body, headers = form(fields, [("photos", "", b"")])
    assert send("POST", "/report/NOISE?lang=en", body, headers)[0] == 200


@check
def a_citizen_adds_a_photo_later():
    receipt = post_case()
    (photo,) = upload("tagged.jpg")["attachments"]
    path = f"/api/v1/cases/{receipt['reference']}/notes?k={secret_of(receipt)}"
    body = {"text": "Ảnh chụp sáng nay", "attachments": [photo["id"]]}
    status, headers, content = send("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    assert status == 200, content
    DESCRIPTION.check("post /api/v1/cases/{reference}/{action}", status, headers, content, body)
    (shown,) = read_case(receipt)["attachments"]
    assert (shown["name"], shown["given_by"]) == (photo["name"], "citizen")
    body = {"text": "x", "attachments": ["y"]}
    status, _, content = send("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    assert status == 400 and refused(content) == [("/attachments/0", "attachment")], content


class Note:
    """One of a case of its own, with photos, that can be said again by every door."""

    def __init__(self, *photos):
        self.receipt, self.photos = post_case(), photos
        self.key = uuid.uuid4().hex
        self.query = f"?k={secret_of(self.receipt)}"

    def by_api(self, expected, key=None, **more):
        body = {"text": "Ảnh chụp sáng nay", "attachments": [photo["id"] for photo in self.photos], **more.pop("body", {})}
        status, headers, content = send("POST", f"/api/v1/cases/{self.receipt['reference']}/notes{self.query}", json.dumps(body),
                                        {"Content-Type": "application/json", "Idempotency-Key": key or self.key}, **more)
        assert status == expected, f"{status} {content.decode()}"
        DESCRIPTION.check("post /api/v1/cases/{reference}/{action}", status, headers, content, body)
        return json.loads(content)

    def by_page(self, expected, key=None, **more):
        sent = [("text", "Ảnh"), ("key", key or self.key), *(("attachment[]", photo["id"]) for photo in self.photos)]
        status, headers, content = send("POST", f"/t/{self.receipt['reference']}/notes{self.query}&lang=en",
                                        urllib.parse.urlencode(sent),
                                        {"Content-Type": "application/x-www-form-urlencoded"}, **more)
        assert status == expected, f"{status} {content.decode()}"
        return headers["Location"] or content.decode()

    def by_open311(self, expected, update_id=None):
        fields = [("service_request_id", self.receipt["reference"]), ("k", secret_of(self.receipt)),
                  ("description", "Ảnh"), ("update_id", update_id or self.key)]
        status, _, content = send_form("/open311/v2/servicerequestupdates.json", fields,
                                       [("media", name) for name in ("tagged.jpg", "plain.jpg")])
        assert status == expected, f"{status} {content.decode()}"
        return content

    def count(self):
        return int(CITY.sql("SELECT count(*) FROM events AS e JOIN cases AS c ON c.id = e.case_id"
                            f" WHERE e.type = 'noted' AND c.reference = '{self.receipt['reference']}'"))


@check
def what_was_said_is_answered_again_when_its_photos_ids_have_grown_old():
    (photo,) = upload("plain.jpg")["attachments"]
    note, page = Note(photo), Note(photo)
    first, first_page = note.by_api(200), page.by_page(303)
    door = Door.of_tomorrow()
    assert note.by_api(200, port=door.port) == first and page.by_page(303, port=door.port) == first_page
    assert (note.count(), page.count()) == (1, 1)
    problem = note.by_api(422, port=door.port, body={"text": "khác"})
    assert problem["type"] == "/problems/idempotency-key-reused", problem
    (error,) = note.by_api(400, uuid.uuid4().hex, port=door.port)["errors"]
    assert (error["pointer"], error["rule"]) == ("/attachments/0", "attachment"), error
    assert "upload it again" in page.by_page(400, uuid.uuid4().hex, port=door.port)
    note.query = "?k=x"
    note.by_api(404, port=door.port)
    assert (note.count(), page.count()) == (1, 1)
    door.stop()


@check
def what_was_said_is_answered_again_when_fewer_files_are_taken():
    photos = upload("tagged.jpg", "plain.jpg")["attachments"]
    note, update, other = Note(*photos), Note(), Note()
    first, first_update = note.by_api(200), update.by_open311(201)
    most = CITY.sql("SELECT max_count FROM attachment_limits WHERE kind = 'photo'")

    def take(count, expected):
        CITY.sql(f"UPDATE attachment_limits SET max_count = {count} WHERE kind = 'photo';"
                 " UPDATE catalogue SET version = version + 1")
        wait("the other limit", lambda: send_form("/api/v1/cases", [("case", json.dumps({**CASE, **PLACE}))],
                                                  [("photos", "tagged.jpg"), ("photos", "plain.jpg")])[0] == expected)

    take(1, 400)
    try:
        assert note.by_api(200) == first and update.by_open311(201) == first_update
        assert "tối đa 1 tệp" in other.by_open311(400).decode()
        (error,) = note.by_api(400, uuid.uuid4().hex)["errors"]
        assert (error["pointer"], error["rule"]) == ("/attachments/photo", "file-count"), error
    finally:
        take(most, 201)
    assert (note.count(), update.count(), other.count()) == (1, 1, 0)


@check
def what_is_published_everybody_sees():
    photo, hidden = upload("tagged.jpg", "plain.jpg")["attachments"]
    receipt = post_case(attachments=[photo["id"], hidden["id"]])
    reference = receipt["reference"]
    CITY.ctl("case", "accept", reference, "--as", LAN)
    CITY.ctl("case", "answer", reference, "--as", LAN, "--result", "solved", "--text", "Đã nhắc nhở")
    get(photo["url"].split("?")[0], 404)
    CITY.ctl("case", "publish", reference, "--as", LAN, "--answer", "Đã nhắc nhở", "--photos", photo["name"])
    got, _ = get(photo["url"].split("?")[0])
    assert "public" in got["Cache-Control"] and "immutable" not in got["Cache-Control"]
    get(photo["thumb_url"].split("?")[0])
    (shown,) = read_case(receipt, secret=False)["attachments"]
    assert "?" not in shown["url"] and shown["name"] == photo["name"]
    status, _, content = send("GET", f"/open311/v2/requests/{reference}.json")
    assert status == 200 and json.loads(content)[0]["media_url"] == shown["url"], content
    status, _, content = send("GET", "/open311/v2/servicerequestupdates.json")
    told = [(update["description"], update.get("media_url")) for update in json.loads(content)
            if update["service_request_id"] == reference]
    assert told[-1] == ("Đã nhắc nhở", shown["url"]) and [url for _, url in told[:-1]] == [None] * (len(told) - 1), told
    status, _, content = send("GET", "/api/v1/cases?limit=100")
    assert shown["url"] in [case["photo_url"] for case in json.loads(content)["cases"]], content
    CITY.ctl("verify")


GROUP = "refused"

# ---- what is refused ----


@check
def each_bad_file_is_refused_by_its_name_and_rule():
    bad = {"flood.png": "file-pixels", "half.jpg": "file-truncated", "mixed.jpg": "file-mixed",
           "active.pdf": "file-mixed", "page.jpg": "file-type", "drawing.jpg": "file-type", "empty.jpg": "file-empty"}
    for name, rule in bad.items():
        status, headers, content = send_form("/api/v1/attachments", (), [("photos", "plain.jpg"), ("photos", name)])
        assert status == 400 and refused(content) == [("/photos/1", rule)], f"{name}: {status} {content.decode()}"
        DESCRIPTION.check("post /api/v1/attachments", status, headers, content)
    assert not list((STORE / "tmp").iterdir())
    assert not [path for path in STORE.rglob("*") if path.is_file() and b"<script" in path.read_bytes()]


@check
def all_that_is_wrong_is_said_at_once():
    case = json.dumps({**CASE, "service_code": "X"})
    status, _, content = send_form("/api/v1/cases", [("case", case)], [("photos", "half.jpg")])
    assert status == 400, content
    assert ("/photos/0", "file-truncated") in refused(content) and ("/service_code", "service") in refused(content)


GROUP = "limits"


@check
def limits_are_the_catalogues():
    status, _, content = send_form("/api/v1/cases", [("case", json.dumps({**CASE, **PLACE}))],
                                   [("photos", name) for name in ("plain.jpg", "paper.pdf")] +
                                   [("photos", f"page-{i}.pdf") for i in range(3)])
    assert status == 400 and refused(content) == [("/attachments/document", "file-count")], content
    body, headers = form((), [("photos", "large.pdf", b"%PDF-1.4\n" + b"x" * 11_000_000)])
    status, _, content = send("POST", "/api/v1/attachments", body, headers)
    assert status == 400 and refused(content) == [("/photos/0", "file-size")], content
    assert "10 MB" in content.decode(), content
    body, headers = form((), [("photos", "huge.pdf", b"x" * 60_000_000)])
    status, _, content = send("POST", "/api/v1/attachments", body, headers)
    assert status == 400 and refused(content) == [("/photos/0", "file-size")], content
    # Whose kind is to be seen is told the limit of its kind, also where not all of it was read.
    body, headers = form((), [("photos", "huge.jpg", b"\xff\xd8\xff" + b"x" * 60_000_000)])
    status, _, content = send("POST", "/api/v1/attachments", body, headers)
    assert status == 400 and refused(content) == [("/photos/0", "file-size")] and "15 MB" in content.decode(), content
    headers["Content-Length"] = str(10**9)
    status, headers, content = send("POST", "/api/v1/attachments", b"", headers)
    DESCRIPTION.check("post /api/v1/attachments", status, headers, content)
    large = json.loads(content)
    assert status == 413 and large["type"] == "/problems/too-large" and f" {large['limit']} byte" in large["detail"], large
    # What is not in files has another limit than they have.
    body, headers = form([("case", "x" * 70_000)], [("photos", "plain.jpg", file("plain.jpg"))])
    status, _, content = send("POST", "/api/v1/cases", body, headers)
    assert status == 413 and json.loads(content)["limit"] == 65536 < large["limit"], content


@check
def a_form_that_ends_early_leaves_nothing():
    body, headers = form((), [("photos", "plain.jpg", file("plain.jpg"))])
    status, _, content = send("POST", "/api/v1/attachments", body[:len(body) // 2], headers)
    assert status == 400, content
    with socket.create_connection(("127.0.0.1", int(PORT)), timeout=30) as connection:
        head = f"POST /api/v1/attachments HTTP/1.1\r\nHost: x\r\nContent-Type: {headers['Content-Type']}\r\n"
        connection.sendall(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body[:len(body) // 2])
    wait("what was left of a lost connection", lambda: not list((STORE / "tmp").iterdir()))


def wait(what, is_true):
    deadline = time.monotonic() + WITHIN_S
    while not is_true():
        assert time.monotonic() < deadline, f"{what}: not within {WITHIN_S} s"
        time.sleep(0.05)


GROUP = "lost"


def expect_found(path, change, finding):
    """What has happened to a file is a finding of each case that has it, and is one no more when the file is back."""
    whole = path.read_bytes()
    change(path)
    done = subprocess.run([CITY.bin / "dunghen", "verify", "--files"], cwd=CITY.dir, check=False, capture_output=True, text=True)
    path.write_bytes(whole)
    assert done.returncode == 1 and f"wrong     {finding}\n" in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("wrong ") == done.stdout.count(finding.split(" has ", 1)[1]), done.stdout
    assert "all is as it was recorded" in CITY.ctl("verify", "--files")


@check
def what_is_gone_from_the_disk_is_noticed():
    photo, paper = upload("tagged.jpg", "paper.pdf")["attachments"]
    reference = post_case(attachments=[photo["id"], paper["id"]])["reference"]
    small = photo["name"].replace(".jpg", ".thumb.jpg")
    changed = bytearray(stored(paper["name"]).read_bytes())
    changed[-1] ^= 1

    def has(name, what):
        return f"case {reference} has the file {name}, which {what}"

    expect_found(stored(photo["name"]), lambda path: path.unlink(), has(photo["name"], "is not there"))
    expect_found(stored(small), lambda path: path.unlink(), has(small, "is not there"))
    expect_found(stored(paper["name"]), lambda path: os.truncate(path, 10),
                 has(paper["name"], f"has 10 bytes instead of {paper['bytes']}"))
    expect_found(stored(paper["name"]), lambda path: path.write_bytes(changed),
                 has(paper["name"], "has another hash than its name"))
    assert "all is as it was recorded" in CITY.ctl("verify")


GROUP = "swept"

# ---- doors of our own ----


class Door:
    """A second intake on the same city."""

    def __init__(self, **settings):
        self.port, self.metrics = free_port(), free_port()
        self.env = {**os.environ, "DUNGHEN_INTAKE_LISTEN": f"127.0.0.1:{self.port}",
                    "DUNGHEN_METRICS_LISTEN": f"127.0.0.1:{self.metrics}", **settings}
        self.log = open(pathlib.Path(DIR) / "door.log", "ab")
        self.start()

    @classmethod
    def of_tomorrow(cls):
        """Whose clock is a day ahead of the ledger's: ids that were given out today are too old."""
        path = pathlib.Path(DIR) / "tomorrow"
        path.write_bytes(struct.pack("=q", int((time.time() + DAY_S) * 1_000_000)))
        return cls(FAKE_TIME_FILE=str(path), LD_PRELOAD=os.environ["FAKE_TIME"],
                   ASAN_OPTIONS="verify_asan_link_order=0:detect_leaks=0")

    def start(self):
        self.process = subprocess.Popen([f"{BIN_DIR}/dunghen-intake"], cwd=DIR, env=self.env, stdout=self.log,
                                        stderr=self.log)
        wait("the door", self.is_ready)

    def is_ready(self):
        assert self.process.poll() is None, "the door ended: " + open(pathlib.Path(DIR) / "door.log").read()[-2000:]
        try:
            return send("GET", "/readyz", port=self.metrics)[0] == 200
        except OSError:
            return False

    def children(self):
        text = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return [int(pid) for pid in text.split()]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0
        self.log.close()


@check
def what_no_case_has_is_swept_after_a_day():
    orphan, kept = upload("tagged.jpg", "screen.png")["attachments"]
    # So that no case of the checks above has it.
    body, headers = form((), [("photos", "own.pdf", file("paper.pdf").replace(b"Catalog", b"Catalo9"))])
    (lone,) = json.loads(send("POST", "/api/v1/attachments", body, headers)[2])["attachments"]
    post_case(attachments=[kept["id"], orphan["id"]])
    long_ago = time.time() - 2 * DAY_S
    for name in (kept["name"], lone["name"]):
        os.utime(stored(name), (long_ago, long_ago))
    leftover = STORE / "tmp/left-behind"
    leftover.write_bytes(b"x")
    os.utime(leftover, (long_ago, long_ago))
    # Beside the one that stays: when it is gone, their folder has been looked through.
    stray = stored(kept["name"][:2] + "0" * 62 + ".pdf")
    stray.write_bytes(b"x")
    os.utime(stray, (long_ago, long_ago))
    door = Door(DUNGHEN_INTAKE_SWEEP_MS="10")
    wait("the sweep", lambda: not any(path.exists() for path in (stray, stored(lone["name"]), leftover)))
    assert stored(kept["name"]).exists()
    get(lone["url"], 404)
    door.stop()


# ---- killing ----


class Sender(threading.Thread):
    def __init__(self, door, stop, number):
        super().__init__(daemon=True)
        self.door, self.stop, self.number = door, stop, number
        self.promised, self.tried = [], 0

    def run(self):
        # Each has a document of its own, so that its file is not there already.
        content = file("screen.png")
        while not self.stop.is_set():
            self.tried += 1
            fields = [("case", json.dumps({**CASE, **PLACE, "description": f"Ồn {self.number}.{self.tried}"}))]
            body, headers = form(fields, [("photos", "screen.png", content),
                                          ("photos", "own.pdf", self.own_pdf())])
            try:
                status, _, answer = send("POST", "/api/v1/cases", body, headers, self.door.port)
            except (OSError, http.client.HTTPException):
                time.sleep(0.02)
                continue
            if status == 201:
                self.promised.append((json.loads(answer)["reference"], self.own_pdf()))
            else:
                assert status == 503, answer

    def own_pdf(self):
        return file("paper.pdf").replace(b"%PDF-1.4\n", f"%PDF-1.4\n%{self.number}.{self.tried}\n".encode())


def kill_something(door, chance):
    if chance.random() < 0.5:
        door.kill()
        door.start()
        return
    children = door.children()
    if children:
        os.kill(chance.choice(children), signal.SIGKILL)


def killing():
    door, stop, chance = Door(), threading.Event(), random.Random(int(os.environ.get("KILL_SEED", "4")))
    senders = [Sender(door, stop, number) for number in range(4)]
    for sender in senders:
        sender.start()
    kills = 0
    wanted = int(os.environ.get("KILL_ROUNDS", "16"))
    while kills < wanted:
        before = sum(len(sender.promised) for sender in senders)
        wait("cases between two kills", lambda: sum(len(s.promised) for s in senders) >= before + 3)
        kill_something(door, chance)
        kills += 1
    stop.set()
    for sender in senders:
        sender.join()
    promised = [item for sender in senders for item in sender.promised]
    for reference, pdf in promised:
        name = hashlib.blake2b(pdf, digest_size=32).hexdigest() + ".pdf"
        assert stored(name).read_bytes() == pdf, f"{reference}: {name}"
        rows = CITY.sql("SELECT string_agg(encode(a.hash, 'hex') || '.' || a.type, ' ' ORDER BY a.number)"
                        f" FROM attachments AS a JOIN cases AS c ON c.id = a.case_id WHERE c.reference = '{reference}'")
        photo, paper = rows.split()
        assert paper == name, rows
        assert hashlib.blake2b(stored(photo).read_bytes(), digest_size=32).hexdigest() + ".jpg" == photo
    door.stop()
    CITY.ctl("verify", "--files")
    print(f"{kills} kills, {sum(s.tried for s in senders)} tried, {len(promised)} promised and kept")


def main():
    if PART == "kill":
        killing()
        return 0
    for i in range(3):
        shutil.copy(FILES / "paper.pdf", FILES / f"page-{i}.pdf")
        with open(FILES / f"page-{i}.pdf", "r+b") as page:
            page.seek(5)
            page.write(f"1.{i}".encode())
    failed = 0
    checks = [function for group, function in CHECKS if group == PART]
    for function in checks:
        try:
            function()
        except Exception:  # pylint: disable=broad-except
            failed += 1
            print(f"FAILED {function.__name__}", file=sys.stderr)
            traceback.print_exc()
    print(f"{len(checks) - failed} of {len(checks)} checks passed")
    return 1 if failed or not checks else 0


if __name__ == "__main__":
    sys.exit(main())
