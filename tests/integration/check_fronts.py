#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_fronts PORT BIN_DIR DIR - front ends of a running city that have themselves told, from their key to what
arrives: subscriptions by the JSON API, cases of their own through every way in, updates as Open311 has them."""
import http.server
import json
import os
import queue
import sys
import threading
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from checking import Checks  # noqa: E402

CHECKS = Checks(*sys.argv[1:])
CITY, DESCRIPTION, check, send = CHECKS.city, CHECKS.description, CHECKS.check, CHECKS.send
SOON_S = 20


class Front(http.server.ThreadingHTTPServer):
    """A front end: what it is told, in its order."""

    def __init__(self):
        self.told = queue.Queue()
        told = self.told

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                told.put((self.path, self.headers, self.rfile.read(int(self.headers["Content-Length"]))))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                pass

        super().__init__(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server_address[1]}"

    def update(self):
        path, _, body = self.told.get(timeout=SOON_S)
        assert path == "/v2/servicerequestupdates.json", path
        return dict(urllib.parse.parse_qsl(body.decode(), strict_parsing=True))


def key_of(name, webhooks):
    key = CITY.ctl("keys", "api", name, "--webhooks", str(webhooks))
    while send("GET", "/api/v1/units", Authorization=f"Bearer {key}")[0] == 403:
        pass
    return key


def api(method, path, key, body=None, expected=200):
    status, headers, content = send(method, f"/api/v1/{path}", json.dumps(body) if body is not None else None,
                                    Authorization=f"Bearer {key}", Accept_Language="en",
                                    Content_Type="application/json" if body is not None else None)
    assert status == expected, f"{method} {path} {body}: {status} {content.decode()}"
    operation = "/api/v1/webhooks/{id}" if "/" in path else f"/api/v1/{path}"
    DESCRIPTION.check(f"{method.lower()} {operation}", status, headers, content, body)
    return json.loads(content) if content else None


def submit(key=None, **changes):
    case = {"service_code": "LIGHT", "description": "Đèn tắt", "anonymous": True, "lat": 10.75, "lon": 106.65, **changes}
    status, _, content = send("POST", "/api/v1/cases", json.dumps(case), Content_Type="application/json",
                              Authorization=f"Bearer {key}" if key else None)
    assert status == 201, content
    return json.loads(content)["reference"]


def submit_open311(key):
    form = {"service_code": "LIGHT", "description": "Đèn tắt", "lat": "10.75", "long": "106.65", "api_key": key}
    status, _, content = send("POST", "/open311/v2/requests.json", urllib.parse.urlencode(form),
                              Content_Type="application/x-www-form-urlencoded")
    assert status == 201, content
    return json.loads(content)[0]["service_request_id"]


def submit_form(key):
    """Several parts: the case is read after the files, in a later turn."""
    case = json.dumps({"service_code": "LIGHT", "description": "Đèn tắt", "anonymous": True, "lat": 10.75, "lon": 106.65})
    pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n" \
          "trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF\n"
    body = f'--x\r\nContent-Disposition: form-data; name="case"\r\n\r\n{case}\r\n' \
           f'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n{pdf}\r\n--x--\r\n'
    status, _, content = send("POST", "/api/v1/cases", body, Content_Type="multipart/form-data; boundary=x",
                              Authorization=f"Bearer {key}")
    assert status == 201, content
    return json.loads(content)["reference"]


def join(key, reference):
    status, _, content = send("POST", f"/api/v1/cases/{reference}/followers?api_key={key}",
                              json.dumps({"description": "Tôi cũng vậy", "anonymous": True}),
                              Content_Type="application/json")
    assert status == 201, content
    return json.loads(content)["reference"]


@check
def a_subscription_is_as_described():
    key, front = key_of("described", 2), Front()
    made = api("POST", "webhooks", key, {"url": front.url, "events": ["answered"], "services": ["LIGHT"], "units": ["D1"],
                                         "cases": "own"}, 201)
    assert made.pop("secret").startswith("whsec_") and made["cases"] == "own" and made["events"] == ["answered"]
    (shown,) = api("GET", "webhooks", key)["webhooks"]
    assert shown.pop("created_at") and shown == made, (shown, made)
    assert api("POST", "webhooks", key, {"url": front.url}, 409)["rule"] == "exists"
    assert api("POST", "webhooks", key, {"url": "x"}, 400)["errors"][0]["pointer"] == "/url"
    api("POST", "webhooks", key_of("none", 0), {"url": front.url}, 403)
    other = key_of("other", 1)
    api("DELETE", f"webhooks/{made['id']}", other, expected=404)
    assert api("GET", "webhooks", other)["webhooks"] == []
    api("DELETE", f"webhooks/{made['id']}", key, expected=204)
    assert api("GET", "webhooks", key)["webhooks"] == []


@check
def a_front_end_hears_of_its_own_cases_however_it_has_sent_them():
    key, front = key_of("own", 1), Front()
    api("POST", "webhooks", key, {"url": front.url + "/v2", "kind": "georeport", "cases": "own", "api_key": "theirs",
                                  "jurisdiction_id": "2482"}, 201)
    foreign = submit()
    own = [submit(key), submit_open311(key), submit_form(key), join(key, foreign)]
    updates = [front.update() for _ in range(len(own) + 1)]  # case by case in order, but not one case after another
    assert {(update["api_key"], update["jurisdiction_id"]) for update in updates} == {("theirs", "2482")}
    heard = {sent: [update["status"] for update in updates if update["service_request_id"] == sent] for sent in own}
    assert heard == {**dict.fromkeys(own, ["open"]), own[-1]: ["open", "duplicate"]}, updates
    for sent in own:
        assert CITY.sql(f"SELECT via FROM cases WHERE reference = '{sent}'") == "own"
    assert CITY.sql(f"SELECT via FROM cases WHERE reference = '{foreign}'") == ""


@check
def updates_are_those_that_can_be_asked_for():
    key, front = key_of("same", 1), Front()
    api("POST", "webhooks", key, {"url": front.url + "/v2/", "kind": "georeport", "cases": "own", "language": "en"}, 201)
    reference = submit(key, service_code="NOISE")
    blind = submit(key, service_code="BLIND")
    CITY.ctl("case", "accept", reference, "--as", "officer:lan")
    CITY.ctl("case", "answer", reference, "--as", "officer:lan", "--result", "solved", "--text", "Đã nhắc nhở")
    pushed = [front.update() for _ in range(3)]
    _, _, content = send("GET", "/open311/v2/servicerequestupdates.json", Accept_Language="en")
    asked = [update for update in json.loads(content) if update["service_request_id"] == reference]
    assert pushed == asked, (pushed, asked)
    assert [update["status"] for update in pushed] == ["open", "in_progress", "fixed"]
    assert CITY.sql(f"SELECT count(*) FROM deliveries d JOIN cases c ON c.id = d.case_id WHERE reference = '{blind}'"
                    " AND lane LIKE 'georeport:%'") == "0"


if __name__ == "__main__":
    CITY.load_catalogue()
    sys.exit(CHECKS.run())
