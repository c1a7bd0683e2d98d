# SPDX-License-Identifier: Apache-2.0
"""bad_words - good HTTP that says what nobody should: documents, filters, keys of others, forms, and texts that would be
code where they are not escaped."""
import html
import json
import unicodedata
import urllib.parse
import uuid
import xml.etree.ElementTree

from sending import form

from asking import path_of, request, secret_of
from bad_http import HARMLESS, JSON, REFUSED, Vandal
from files import BAD, DOUBTFUL, photo

PLACE = {"lat": 10.75, "lon": 106.65}
CASE = {"service_code": "NOISE", "description": "wrong", "anonymous": True, **PLACE}
URLENCODED = "Content-Type: application/x-www-form-urlencoded"
CODE = ("<script>alert(1)</script>", "'; DROP TABLE cases; --", "\" onmouseover=\"alert(1)", "{{key}}[[case.service]]{{{x}}}",
        "%s%n%s%n%x", "]]><!--<![CDATA[", "${jndi:ldap://x/a}", "<img src=x onerror=alert(1)>", "&lt;script&gt;&amp;", "\u202e\u2066txt.exe",
        "../../../../etc/passwd", "\\\"\\u0000\\", "a\u0301\u0323\u0306" * 50, "𝕏🏳️‍🌈\U0010ffff", "Robert'); SELECT pg_sleep(9);--")
TRAVERSALS = ("..%2f..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd", "..%5c..%5cetc%5cpasswd", "....//....//etc/passwd",
              "..%252f..%252fetc%252fpasswd", "%c0%ae%c0%ae%c0%afetc%c0%afpasswd", "../../var/keys/contact.keys", "%00", ".%00.jpg",
              "/etc/passwd", "tmp", "0" * 64 + ".jpg", "0" * 62 + "..jpg", "a" * 900)
QUERIES = ("limit=0", "limit=-1", "limit=1e9", "limit=99999999999999999999", "limit=%00", "cursor=x", "cursor=" + "A" * 700,
           "cursor=%F0%28%8C%28", "bbox=1,2,3", "bbox=nan,nan,nan,nan", "bbox=1e999,1,1,1", "near=inf,0", "near=10.75,106.65&radius=-1",
           "near=91,181", "q=%00", "q=%ff%fe", "q=" + "a" * 1000, "from=0000-00-00", "from=99999-01-01", "from=2026-02-30", "to=x",
           "status=%27%20OR%201=1--", "service=%27", "unit=" + "," * 300, "area=" + "W1," * 300, "updated_since=1e99", "state=%3Cscript%3E")
OPEN311 = ("page_size=-1", "page_size=1e9", "page=0", "page=99999999999", "start_date=x", "end_date=9999999", "status=x",
           "service_request_id=" + "x," * 300, "lat=nan&long=0", "lat=1e400&long=1e400", "radius=0", "updated_after=%ff",
           "start_date=2020-01-01T00:00:00Z&end_date=2019-01-01T00:00:00Z", "cursor=%00", "extensions=%27")
LISTS = {"/api/v1/cases": QUERIES, "/city/cases": QUERIES, "/open311/v2/requests.json": OPEN311, "/open311/v2/requests.xml": OPEN311,
         "/open311/v2/servicerequestupdates.json": (*OPEN311, "after=-1", "after=99999999999999999999"),
         "/api/v1/statistics": ("month=9999-99", "month=x", "by=%27", "from=2026-01-01&to=2000-01-01", "from=x&to=y", "month=%00"),
         "/api/v1/cases/nearby": ("", "lat=x&lon=y", "lat=1e400&lon=0", "lat=10&lon=106&limit=99999", "lat=10&lon=106&text=%ff",
                                  "lat=10.75&lon=106.65&radius=1e18"),
         "/city": ("month=x", "month=2026-13", "lang=%27"), "/track": ("reference=%3Cscript%3E", "reference=" + "9" * 900)}


def quote(text):
    return urllib.parse.quote(text, safe="")


# ---- documents ----


def bad_json(v):
    text = json.dumps(CASE)
    v.send(request("POST", "/api/v1/cases", v.chance.choice((
        b"", b"{", b"[]", b"null", b"1", b'"x"', b"{}", b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16"), text.encode() + b"x",
        b"[" * 30000, b'{"a":' * 10000, b'{"attributes":' + b'{"a":' * 9000, b'{"description":' + b"[" * 20000 + b"]" * 20000 + b"}",
        text.replace("wrong", "\\ud800").encode(), text.replace("wrong", "\\u0000").encode(), text.replace("wrong", "\0").encode(),
        text.encode().replace(b"wrong", b"\xff\xfe\xc0\xaf"), text.encode().replace(b"wrong", b"\xed\xa0\x80"),
        text.replace("10.75", "1e999").encode(), text.replace("10.75", "NaN").encode(), text.replace("10.75", "1" * 400).encode(),
        text.replace("10.75", "-91").encode(), text.replace("10.75", '"10.75"').encode(),
        text.replace("true", "1").encode(), text.replace("NOISE", "x" * 60000).encode(), text.replace("wrong", "x" * 4001).encode(),
        text.replace('"lat"', '"lat": 1, "lat"').encode(), text.replace('"lat"', '"lát"').encode(),
        json.dumps({**CASE, "attributes": {f"a{i}": i for i in range(3000)}}).encode(),
        json.dumps({**CASE, "attachments": ["x" * 150] * 300}).encode(), json.dumps({**CASE, "attachments": [{}, 1, None]}).encode(),
        json.dumps({**CASE, "anonymous": False, "contact": {"name": "x", "phone": "9" * 5000}}).encode(),
        json.dumps({**CASE, "anonymous": False, "contact": [1]}).encode(), json.dumps({**CASE, "media_url": "javascript:alert(1)"}).encode(),
    )), [JSON]))


def bad_type(v):
    kind = v.chance.choice(("text/plain", "application/xml", "application/json; charset=utf-16", "", "multipart/form-data", "x" * 3000,
                            "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "b" * 71, "a/b;" * 500,
                            'multipart/form-data; boundary="', "multipart/form-data; boundary=\xff"))
    path = v.chance.choice(("/api/v1/cases", "/open311/v2/requests.json", "/api/v1/attachments"))
    v.send(request("POST", path, b"--b\r\nx", [("Content-Type: " + kind).encode("latin-1")]))


def bad_key(v):
    key = v.chance.choice((b"", b"x" * 256, b"x" * 5000, b"a b", b"\xc3\xa1", b"\x01"))
    v.send(request("POST", "/api/v1/cases", json.dumps({**CASE, "description": ""}).encode(), [JSON, b"Idempotency-Key: " + key]))


# ---- texts that would be code ----


def code(v):
    """Taken as what it is, a text; what is shown of it is escaped."""
    text = " ".join(v.chance.sample(CODE, 3))
    case = {**CASE, "description": text, "address": text}
    data = request("POST", "/api/v1/cases", json.dumps(case).encode(), [JSON])
    got = v.exchange(data)
    if 201 not in v.judge(got, (201,), data):
        return
    receipt = json.loads(got.split(b"\r\n\r\n", 1)[1])
    v.promises.add(receipt["reference"], unicodedata.normalize("NFC", text))
    link = f"/t/{receipt['reference']}?k={secret_of(receipt)}"
    page = show(v, link, "text/html")
    v.stage.expect("<script>alert" not in page and "<img src=x" not in page and '" onmouseover="' not in page,
                   f"code: not escaped on its page: {page}")
    v.stage.expect(unicodedata.normalize("NFC", text) in html.unescape(page), f"code: not on its page: {page}")
    document = json.loads(show(v, link, "application/json"))
    v.stage.expect(document["description"] == unicodedata.normalize("NFC", text), f"code: {document['description']!r} for {text!r}")
    xml.etree.ElementTree.fromstring(show(v, "/open311/v2/requests.xml?page_size=3", "*/*"))


def show(v, path, kind):
    data = request("GET", path, headers=[f"Accept: {kind}"])
    got = v.exchange(data)
    v.judge(got, (200,), data)
    return got.split(b"\r\n\r\n", 1)[1].decode()


def code_in_forms(v):
    """On a page that comes again, to be mended."""
    text = v.chance.choice(CODE)
    fields = [("step", v.chance.choice(("details", "contact", "check", "where", "x", text))), ("go", v.chance.choice(("next", "send", "edit.x", text))),
              ("description", text), ("address", text), ("lat", v.chance.choice(("10.75", "1e999", text))), ("long", "106.65"),
              ("name", text), ("phone", text), ("email", text), ("key", v.chance.choice((text, "x" * 200))), ("attachment[]", text),
              ("report_trap", text), ("join", text), ("attribute[state]", text), ("unit", text), ("area", text)]
    body = urllib.parse.urlencode(v.chance.sample(fields, 12) + [fields[0]], errors="surrogatepass").encode()
    got = v.send(request("POST", "/report/NOISE", body, [URLENCODED, "Accept: text/html"]), HARMLESS)
    v.stage.expect(b"<script>alert" not in got and b"<img src=x" not in got and b'" onmouseover="' not in got, f"form: not escaped: {got!r}")


def bad_form(v):
    path = v.chance.choice(("/report/NOISE", "/open311/v2/requests.json", "/open311/v2/requests.xml",
                            "/open311/v2/servicerequestupdates.json", "/t/22222-22222/rating?k=x"))
    v.send(request("POST", path, v.chance.choice((
        b"%", b"%zz=%f", b"=&=&=&", b"&" * 60000, b"a=%00", b"description=%ff%fe&step=details&go=next", b"a" * 60000, b"attribute[=x&attribute]=y",
        b"attribute[x]=y&" * 4000, b"service_code=NOISE&description=" + b"x" * 60000, b"service_code=%27&lat=nan&long=inf",
        b"service_code=NOISE&description=&lat=95&long=106.65", b"step=details&go=next&attachment[]=" + b"x" * 5000)),
        [URLENCODED]), (200, *REFUSED))


# ---- addresses ----


def bad_path(v):
    folder = v.chance.choice(("/media/", "/static/", "/t/22222-22222/letters/", "/t/", "/api/v1/cases/", "/api/v1/services/", "/u/",
                              "/open311/v2/requests/", "/open311/v2/tokens/", "/report/", "/", "/map/", "/city/"))
    got = v.send(request("GET", folder + v.chance.choice(TRAVERSALS) + v.chance.choice(("", "?k=x", "?k=%00", ".json"))), HARMLESS)
    v.stage.expect(b"root:" not in got and b"BEGIN" not in got, f"a file of ours: {got!r}")


def bad_query(v):
    path = v.chance.choice(tuple(LISTS))
    v.send(request("GET", f"{path}?{v.chance.choice(LISTS[path])}"), (200, *REFUSED))


def bad_headers(v):
    path = v.chance.choice(("/", "/sw.js", "/map/wards.json", "/api/v1/cases", "/api/v1/cases/22222-22222", "/open311/v2/services"))
    v.send(request(v.chance.choice(("GET", "HEAD", "OPTIONS")), path, headers=v.chance.sample((
        "Range: bytes=0-", "Range: bytes=-99999999999999999999", "Range: bytes=" + "0-0," * 400, "Range: bytes=9-1", "Range: x",
        "Accept: " + "a/b;q=0.1," * 200, "Accept: \x7f", "Accept-Language: " + "vi-" * 500, "Accept-Language: en;q=x", "Accept-Encoding: gzip;q=-1",
        "If-None-Match: " + '"x",' * 300, "If-None-Match: *", "If-Modified-Since: yesterday", "Origin: null", "Origin: https://" + "x" * 300,
        "Origin: javascript:alert(1)", "Access-Control-Request-Method: BREW", "Authorization: Bearer " + "x" * 500, "Authorization: Basic Og==",
        "X-Forwarded-For: " + "1.2.3.4, " * 100, "X-Forwarded-For: ::1'; --", "Forwarded: for=x", "Content-Type: x"), 5)), (204, *HARMLESS))


# ---- what belongs to others ----


def guessed_reference(v):
    letters = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
    guess = "".join(v.chance.choices(letters, k=5)) + "-" + "".join(v.chance.choices(letters, k=5))
    path = v.chance.choice((f"/t/{guess}?k=x", f"/api/v1/cases/{guess}", f"/open311/v2/requests/{guess}.json", f"/open311/v2/tokens/{guess}.xml"))
    v.send(request("GET", path))


def wrong_secret(v):
    """Of a case that is there: nothing of it is shown or done."""
    promise = v.promises.choose(v.chance)
    if promise is None:
        return
    reference, own = promise["reference"], promise["secret"]
    other = v.promises.choose(v.chance)["secret"]
    secret = v.chance.choice((other, "", "x", quote("' OR ''='"), own[:-1], own + "A", own.swapcase(), other * 30))
    if secret == own:
        return
    if v.chance.random() < 0.5:
        got = v.send(request("GET", f"/t/{reference}?k={secret}"), (200, 404))
        v.stage.expect(promise["text"].encode() not in got, f"shown to a stranger: {got!r}")
        return
    action, body = v.chance.choice((("withdrawal", b""), ("rating", b'{"score":1}'), ("notes", b'{"text":"x"}'), ("not-solved", b"{}")))
    v.send(request("POST", f"/api/v1/cases/{reference}/{action}?k={secret}", body, [JSON]))


def replayed_key(v):
    """Somebody else's Idempotency-Key under other words, and the same words again."""
    key = str(uuid.UUID(int=v.chance.getrandbits(128), version=4))
    case = {**CASE, "description": f"replayed {key}"}
    data = request("POST", "/api/v1/cases", json.dumps(case).encode(), [JSON, f"Idempotency-Key: {key}"])
    got = v.exchange(data)
    if 201 not in v.judge(got, (201,), data):
        return
    receipt = json.loads(got.split(b"\r\n\r\n", 1)[1])
    v.promises.add(receipt["reference"], case["description"])
    again = v.exchange(data)
    if 201 in v.judge(again, (201,), data):
        v.stage.expect(json.loads(again.split(b"\r\n\r\n", 1)[1]) == receipt, f"another case for the same key: {again!r}")
    v.send(request("POST", "/api/v1/cases", json.dumps({**case, "description": "other words"}).encode(), [JSON, f"Idempotency-Key: {key}"]),
           (422,))


def wrong_key(v):
    key = v.chance.choice(("x", "", "'", "dh_" + "x" * 40, "\x80"))
    method, path = v.chance.choice((("GET", "/api/v1/webhooks"), ("POST", "/api/v1/webhooks"), ("DELETE", f"/api/v1/webhooks/{uuid.uuid4()}"),
                                    ("DELETE", "/api/v1/webhooks/x")))
    v.send(request(method, path, b'{"url":"http://127.0.0.1/"}' if method == "POST" else b"",
                   [("Authorization: Bearer " + key).encode("latin-1"), JSON]))


# ---- forms with files ----


def odd_multipart(v):
    part = b'--b\r\nContent-Disposition: form-data; name="%b"\r\n\r\nx\r\n'
    file_part = b'--b\r\nContent-Disposition: form-data; name="photos"; filename="%b"\r\n\r\nx\r\n'
    body = v.chance.choice((
        b"", b"--b--", b"--b\r\n\r\n", b"x" * 5000, b"--c\r\n\r\nx\r\n--c--\r\n", part % b"a", part % b"a" * 3000 + b"--b--\r\n",
        file_part % b"x" * 200 + b"--b--\r\n", b"--b\r\n" + b"A: b\r\n" * 2000 + b"\r\nx\r\n--b--\r\n", b"--b\r\n" + b"A" * 20000 + b"\r\n\r\nx\r\n--b--\r\n",
        file_part % (b"x" * 9000) + b"--b--\r\n", file_part % b"../../../etc/passwd" + b"--b--\r\n", file_part % b"\0\xff" + b"--b--\r\n",
        b'--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n', b'--b\r\nContent-Disposition: form-data; name="a\r\n\r\nx\r\n--b--\r\n',
        b"--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n--c\r\n\r\nx\r\n--c--\r\n--b--\r\n", b"--b\r\n" * 5000, b"\r\n--b" * 3000,
        part % b"" + b"--b--\r\n", part.replace(b"\r\n", b"\n") % b"a" + b"--b--\n", b"--b" + b"-" * 5000))
    path = v.chance.choice(("/api/v1/attachments", "/api/v1/cases", "/open311/v2/requests.json", "/report/NOISE"))
    kind = v.chance.choice(("boundary=b", 'boundary="b"', "boundary=b; boundary=c", "charset=x; boundary=b"))
    v.send(request("POST", path, body, [f"Content-Type: multipart/form-data; {kind}"]), (200, *REFUSED))


def bad_file(v):
    name = v.chance.choice(tuple(BAD))
    upload(v, name, BAD[name](v.chance), REFUSED)


def doubtful_file(v):
    name = v.chance.choice(tuple(DOUBTFUL))
    upload(v, name, DOUBTFUL[name](v.chance), (200, 201, *REFUSED))


def upload(v, name, content, allowed):
    v.stage.count(v.stage.hostile, f"file: {name}")
    file_name = v.chance.choice(("x.jpg", "x.png", "../../x.php", "x.jpg\0.exe", "<script>.png", "", "x" * 300))
    files = [("media", file_name or "x", content)]
    if v.chance.random() < 0.3:
        files.insert(0, ("media", "good.png", photo(v.chance)))  # a bad one takes the good one along
    fields = [("service_code", "NOISE"), ("description", ""), ("lat", "95"), ("long", "106.65"), ("case", json.dumps({**CASE, "description": ""}))]
    path = v.chance.choice(("/api/v1/attachments", "/api/v1/cases", "/open311/v2/requests.json"))
    body, headers = form(fields, files, boundary="q" * 30)
    got = v.send(request("POST", path, body, [f"Content-Type: {headers['Content-Type']}"]), allowed)
    if b" 201 " in got[:20] and path == "/api/v1/attachments":
        asked_again(v, json.loads(got.split(b"\r\n\r\n", 1)[1]))


def asked_again(v, document):
    """What was kept is served as nothing that a browser would run, with odd ranges, too."""
    for kept in document["attachments"]:
        headers = [v.chance.choice(("Range: bytes=0-0", "Range: bytes=-1", "Range: bytes=5-2", "Range: bytes=0-0,2-3", "Range: bytes=999999999-",
                                    "Range: bytes=-0", "Range: bytes=18446744073709551615-", "A: b"))]
        got = v.send(request("GET", path_of(kept["url"]), headers=headers), (200, 206, 416))
        v.stage.expect(b"nosniff" in got and b"<script" not in got, f"served: {got!r}")


class Talker(Vandal):
    DEEDS = (bad_json, bad_json, bad_type, bad_key, code, code_in_forms, bad_form, bad_path, bad_path, bad_query, bad_query, bad_headers,
             guessed_reference, wrong_secret, replayed_key, wrong_key, odd_multipart)


class Uploader(Vandal):
    DEEDS = (bad_file, doubtful_file)
