#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_intake PORT REFERENCE SECRET ID - holds a running intake to schemas/http/intake.yaml:
every answer has a status, a content type and a shape that are described there, what is taken is described, too, and
every operation has been asked for, as it should be and as it should not."""
import json
import os
import sys
import urllib.error
import urllib.parse
import urllib.request

import jsonschema

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from description import Description  # noqa: E402

PORT, REFERENCE, SECRET, ID = sys.argv[1:]
JSON = {"Content-Type": "application/json"}
GOOD = {"service_code": "LIGHT", "description": "Đèn tắt", "lat": 10.75, "lon": 106.65,
        "attributes": {"state": "off"}, "contact": {"name": "An", "phone": "0903123456"}}
FORM = {"service_code": "LIGHT", "description": "x", "lat": "10.75", "long": "106.65",
        "attribute[state]": "off"}

# operation, its path with what goes into it, body, and the status that it must have
CALLS = [
    ("post /api/v1/cases", {}, GOOD, 201),
    ("post /api/v1/cases", {}, dict(GOOD, unit="NONE", x=1), 400),
    ("post /api/v1/cases", {}, dict(GOOD, lat=0, lon=0), 400),
    ("post /api/v1/cases", {}, dict(GOOD, service_code="TC01"), 422),
    ("post /api/v1/cases", {}, dict(GOOD, description="ROUTER-BUSY"), 503),
    ("post /api/v1/cases", {}, dict(GOOD, description="ROUTER-SYSTEM"), 500),
    ("post /api/v1/cases", {}, dict(GOOD, description="x" * 70000), 413),
    ("get /api/v1/cases/{reference}", {"reference": REFERENCE}, None, 200),
    ("get /api/v1/cases/{reference}", {"reference": REFERENCE, "k": SECRET}, None, 200),
    ("get /t/{reference}", {"reference": REFERENCE, "k": SECRET}, None, 200),
    ("get /api/v1/cases/{reference}", {"reference": REFERENCE, "k": "no"}, None, 404),
    ("post /api/v1/cases/{reference}/followers", {"reference": REFERENCE}, {"description": "x"}, 409),
    ("post /api/v1/cases/{reference}/{action}", {"reference": REFERENCE, "action": "notes", "k": "no"},
     {"text": "x"}, 404),
    ("post /api/v1/cases/{reference}/{action}", {"reference": REFERENCE, "action": "rating", "k": SECRET},
     {"score": 6}, 400),
    ("post /api/v1/attachments", {}, {}, 400),
    ("get /media/{name}", {"name": "0" * 64 + ".jpg"}, None, 404),
    ("get /media/{name}", {"name": "0" * 64 + ".jpg", "k": "no"}, None, 404),
    ("get /t/{reference}/letters/{letter}", {"reference": REFERENCE, "letter": ID, "k": SECRET}, None, 404),
    ("get /api/v1/services", {}, None, 200),
    ("get /u/{token}", {"token": "A" * 44}, None, 200),
    ("get /u/{token}", {"token": "A" * 43}, None, 404),
    ("post /u/{token}", {"token": "A" * 43}, {}, 404),
    ("post /u/{token}", {"token": "A" * 44}, {"wanted": "no"}, 503),  # nobody is there
    ("get /api/v1/services/{code}", {"code": "LIGHT"}, None, 200),
    ("get /api/v1/services/{code}", {"code": "NONE"}, None, 404),
    ("get /api/v1/services", {"kind": "question"}, None, 400),
    ("get /api/v1/units", {}, None, 200),
    ("get /api/v1/units", {"kind": "WARD"}, None, 400),
    ("get /api/v1/cases", {}, None, 200),
    ("get /api/v1/cases", {"bbox": "106,10,107,11", "status": "closed", "limit": 1}, None, 200),
    ("get /api/v1/cases", {"limit": 101}, None, 400),
    ("get /api/v1/cases", {"service": "NONE", "unit": "NONE", "state": "NONE", "kind": "x"}, None, 400),
    ("get /api/v1/cases", {"area": "NONE"}, None, 400),
    ("get /api/v1/cases", {"api_key": "none"}, None, 403),
    ("get /api/v1/cases/nearby", {"lat": 10.5, "lon": 106.25, "text": "đèn"}, None, 200),
    ("get /api/v1/cases/nearby", {"lat": 10.5}, None, 400),
    ("get /api/v1/statistics", {}, None, 200),
    ("get /api/v1/statistics", {"by": "field", "from": "2026-01-01", "to": "2026-01-31"}, None, 200),
    ("get /api/v1/statistics", {"month": "2026-13"}, None, 400),
    ("get /api/v1/statistics.csv", {"by": "service"}, None, 200),
    ("post /api/v1/webhooks", {}, {"url": "https://app.example"}, 401),
    ("post /api/v1/webhooks", {"api_key": "none"}, {"url": "https://app.example"}, 403),
    ("get /api/v1/webhooks", {}, None, 401),
    ("delete /api/v1/webhooks/{id}", {"id": ID}, None, 401),
]
for f in ("json", "xml"):
    CALLS += [
        ("get /open311/v2/services.{format}", {"format": f}, None, 200),
        ("get /open311/v2/services/{code}.{format}", {"code": "LIGHT", "format": f}, None, 200),
        ("get /open311/v2/services/{code}.{format}", {"code": "NONE", "format": f}, None, 404),
        ("post /open311/v2/requests.{format}", {"format": f}, FORM, 201),
        ("post /open311/v2/requests.{format}", {"format": f}, dict(FORM, lat="x"), 400),
        ("post /open311/v2/requests.{format}", {"format": f}, dict(FORM, lat="21.03", long="105.85"), 400),
        ("post /open311/v2/requests.{format}", {"format": f}, dict(FORM, service_code="N"), 404),
        ("get /open311/v2/requests/{id}.{format}", {"id": REFERENCE, "format": f}, None, 200),
        ("get /open311/v2/requests/{id}.{format}", {"id": REFERENCE, "format": f, "k": SECRET},
         None, 200),
        ("get /open311/v2/requests/{id}.{format}", {"id": "none", "format": f}, None, 404),
        ("get /open311/v2/requests.{format}", {"format": f}, None, 200),
        ("get /open311/v2/requests.{format}", {"format": f, "extensions": "true", "q": "đèn"}, None, 200),
        ("get /open311/v2/requests.{format}", {"format": f, "status": "late"}, None, 400),
        ("get /open311/v2/requests.{format}", {"format": f, "api_key": "none"}, None, 403),
        ("get /open311/v2/discovery.{format}", {"format": f}, None, 200),
        ("get /open311/v2/tokens/{token}.{format}", {"format": f, "token": ID}, None, 200),
        ("get /open311/v2/tokens/{token}.{format}", {"format": f, "token": "none"}, None, 404),
        ("post /open311/v2/servicerequestupdates.{format}", {"format": f},
         {"service_request_id": REFERENCE, "description": "x"}, 403),
        ("get /open311/v2/update_tokens/{token}.{format}", {"format": f, "token": "none"}, None, 404),
        ("get /open311/v2/servicerequestupdates.{format}", {"format": f}, None, 200),
        ("get /open311/v2/servicerequestupdates.{format}", {"format": f, "after": "x"}, None, 400),
    ]


# What goes into the paths of those that are asked for what should not be.
PARTS = {"reference": REFERENCE, "action": "notes", "name": "0" * 64 + ".jpg", "letter": ID, "code": "LIGHT", "id": ID,
         "token": "A" * 43, "format": "json"}


def ask(method, path, values, body):
    for name in list(values):
        if "{%s}" % name in path:
            path = path.replace("{%s}" % name, values.pop(name))
    is_json = path.startswith("/api")
    data = None
    if body is not None:
        data = (json.dumps(body) if is_json else urllib.parse.urlencode(body)).encode()
    return send(method, path, values, data, JSON if is_json and data else {})


def send(method, path, values, data, headers):
    url = f"http://127.0.0.1:{PORT}{path}"
    if values:
        url += "?" + urllib.parse.urlencode(values)
    request = urllib.request.Request(url, data, headers, method=method.upper())
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as answer:
        return answer.code, answer.headers, answer.read()


def check(description, operation, values, body, expected):
    status, headers, content = ask(*operation.split(" "), dict(values), body)
    assert status == expected, f"status {status}, not {expected}: {content[:300]}"
    description.check(operation, status, headers, content, body)
    assert status < 500 or int(headers["Retry-After"]) > 0
    if status < 300:
        description.check_request(operation, values)


def misuses(description, operation):
    """What an operation should not be asked: what it is, parameters, body, its content type."""
    yield "unknown key", {"api_key": "none"}, b"" if description.bodies(operation) else None, None
    yield "unknown parameter", {"unheard": "1"}, b"" if description.bodies(operation) else None, None
    for kind in description.bodies(operation):
        yield "too large", {}, b"x" * 70000, kind
        yield "nothing", {}, b"", kind
        yield "half a body", {}, b"{", kind
        yield "another type", {}, b"x", "text/plain"
        if kind == "application/json":
            yield "unknown member", {}, b'{"unheard": 1}', kind


def misuse(description, operation, what, values, data, kind):
    method, path = operation.split(" ")
    for name, value in PARTS.items():
        path = path.replace("{%s}" % name, value)
    status, headers, content = send(method, path, values, data, {"Content-Type": kind} if kind else {})
    description.check(operation, status, headers, content)
    assert status >= 400 or what in ("unknown parameter", "unknown key"), f"{status} for {what}"
    if what == "unknown key" and path.startswith("/api"):
        assert status == 403, status


def tried(wrong, what, function, *arguments):
    try:
        function(*arguments)
    except (AssertionError, KeyError, jsonschema.ValidationError) as error:
        wrong.append(what)
        print(f"{what}: {error}", file=sys.stderr)


def main():
    description = Description()
    wrong = []
    for operation, values, body, expected in CALLS:
        tried(wrong, f"{operation} {values} {expected}", check, description, operation, values, body, expected)
    for operation in sorted(description.operations()):
        for what, values, data, kind in misuses(description, operation):
            tried(wrong, f"{operation} {what} {kind}", misuse, description, operation, what, values, data, kind)
    for operation in description.operations() - {call[0] for call in CALLS}:
        wrong.append(operation)
        print(f"{operation} was not asked for", file=sys.stderr)
    return 1 if wrong else 0


sys.exit(main())
