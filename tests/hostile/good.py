# SPDX-License-Identifier: Apache-2.0
"""good - those whom everything is for: they report, read, answer, rate; and what they were promised."""
import json
import re
import threading
import time
import urllib.parse
import uuid

import zmq

from place import until
from sending import form

from asking import Client, path_of, secret_of
from files import photo
from stage import Player

JSON = "application/json"
URLENCODED = "application/x-www-form-urlencoded"
WARD_1, WARD_2 = (10.75, 106.65), (10.75, 106.75)  # the second one has no worker
ADDRESSES, CONTACTS = 400, 300
FILE_S = 60  # until a letter is there
DONE = "Đã giải quyết xong."
SPECIAL = "Nước ngập, đường hỏng & “ổ gà” <sâu> 50% 'mới' – đề nghị sửa"


class Promises:
    """What was answered 201, and to whom."""

    def __init__(self):
        self.lock = threading.Lock()
        self.all = []
        self.said = []  # (reference, type of the event, text)

    def add(self, reference, text, **more):
        with self.lock:
            self.all.append({"reference": reference, "text": text, "photos": 0, **more})

    def say(self, reference, event, text):
        with self.lock:
            self.said.append((reference, event, text))

    def choose(self, chance):
        """One whose secret is known, or None."""
        with self.lock:
            known = [promise for promise in self.all[-200:] if promise.get("secret")]
        return chance.choice(known) if known else None


class Citizen(Player):
    """Anybody with an address and a connection."""

    def __init__(self, stage, name, pause_s, city, promises):
        super().__init__(stage, name, pause_s)
        self.city, self.promises = city, promises
        self.client = Client(stage, city.port)
        self.number = 0

    def close(self):
        self.client.close()

    def address(self):
        return "203.0.{}.{}".format(*divmod(self.chance.randrange(ADDRESSES), 200))

    def ask(self, method, path, body=None, expected=200, **headers):
        """headers: _ in a name is -."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.ask(method, path, body, {"X-Forwarded-For": self.address(), **headers}, expected)

    def text(self):
        self.number += 1
        return f"{SPECIAL} ({self.name}.{self.number})"

    def uuid(self):
        return str(uuid.UUID(int=self.chance.getrandbits(128), version=4))

    def contact(self):
        number = self.chance.randrange(CONTACTS)
        return {"name": f"Nguyễn Văn {number}", "phone": f"09010{number:05}", "email": f"c{number}@citizens.example"}

    def count(self, kind):
        self.stage.count(self.stage.good, kind)


class JsonReporter(Citizen):
    def act(self):
        text, service = self.text(), self.chance.choice(("LIGHT", "NOISE"))
        case = {"service_code": service, "description": text, "lat": WARD_1[0], "lon": WARD_1[1], "language": "vi"}
        case.update(self.chance.choice(({"anonymous": True}, {"contact": self.contact()})))
        sent = {"body": json.dumps(case), "expected": 201, "Content_Type": JSON, "Idempotency_Key": self.uuid()}
        receipt = json.loads(self.ask("POST", "/api/v1/cases", **sent).body)
        self.promises.add(receipt["reference"], text, secret=secret_of(receipt),
                          email=case.get("contact", {}).get("email"))
        self.count("json")
        if self.chance.random() < 0.2:  # as if the answer had been lost
            again = json.loads(self.ask("POST", "/api/v1/cases", **sent).body)
            assert again == receipt, (receipt, again)
            self.count("json again")


class Open311Reporter(Citizen):
    def act(self):
        text, files = self.text(), []
        fields = [("service_code", "NOISE"), ("description", text), ("lat", WARD_1[0]), ("long", WARD_1[1])]
        if self.chance.random() < 0.5:
            files = [("media", "x.png", photo(self.chance)) for _ in range(self.chance.randint(1, 2))]
            body, headers = form(fields, files, boundary=self.uuid())
        else:
            body, headers = urllib.parse.urlencode(fields), {"Content-Type": URLENCODED}
        answer = self.ask("POST", "/open311/v2/requests.json", body, 201, **headers, Idempotency_Key=self.uuid())
        reference = json.loads(answer.body)[0]["service_request_id"]
        self.promises.add(reference, text, photos=len(files))
        self.count("open311 photos" if files else "open311")


class FormReporter(Citizen):
    """As a browser without scripts."""

    def act(self):
        page = self.ask("GET", "/report/NOISE?lang=vi", Accept="text/html").body.decode()
        key = re.search('name="key" value="([^"]+)"', page).group(1)
        text = self.text()
        fields = {"step": "details", "go": "next", "key": key, "description": text, "lat": WARD_1[0], "long": WARD_1[1]}
        body, headers = form(fields.items(), [("photos", "Ảnh.png", photo(self.chance))], boundary=self.uuid())
        page = self.ask("POST", "/report/NOISE?lang=vi", body, **headers, Accept="text/html").body.decode()
        carried = re.search(r'name="attachment\[\]" value="([^"]+)"', page).group(1)
        fields.update({"step": "check", "go": "send", "who": "anonymous", "attachment[]": carried})
        answer = self.ask("POST", "/report/NOISE?lang=vi", urllib.parse.urlencode(fields), 303, Content_Type=URLENCODED)
        link = path_of(answer.headers["Location"])
        reference = re.match("/t/([^?]+)", link).group(1)
        self.promises.add(reference, text, photos=1, secret=urllib.parse.parse_qs(link.split("?")[1])["k"][0])
        page = self.ask("GET", link, Accept="text/html").body.decode()
        assert reference in page, page
        self.count("form")


class FrontEnd(Citizen):
    """Sends by a key whose receivers are hostile; the reports are good."""

    def __init__(self, stage, name, pause_s, city, promises, key):
        super().__init__(stage, name, pause_s, city, promises)
        self.key = key

    def act(self):
        text = self.text()
        case = {"service_code": "NOISE", "description": text, "lat": WARD_1[0], "lon": WARD_1[1], "anonymous": True}
        answer = self.ask("POST", "/api/v1/cases", json.dumps(case), 201, Content_Type=JSON,
                          Authorization=f"Bearer {self.key}", Idempotency_Key=self.uuid())
        receipt = json.loads(answer.body)
        self.promises.add(receipt["reference"], text, secret=secret_of(receipt))
        self.count("front end")


class Reader(Citizen):
    PATHS = ("/", "/report", "/city", "/city/cases", "/city/trend.csv", "/track", "/offline", "/sw.js", "/map/wards.json",
             "/api/v1/services", "/api/v1/services/NOISE", "/api/v1/units", "/api/v1/cases", "/api/v1/cases?status=open&limit=5",
             "/api/v1/cases?service=NOISE&area=W1", "/api/v1/cases?near=10.75,106.65&radius=500", "/api/v1/statistics",
             "/api/v1/statistics.csv?by=service", "/api/v1/cases/nearby?lat=10.75&lon=106.65&text=ngap",
             "/open311/v2/discovery.json", "/open311/v2/services.xml", "/open311/v2/services/LIGHT.json",
             "/open311/v2/requests.json?page_size=20", "/open311/v2/requests.xml?page_size=5&page=2",
             "/open311/v2/servicerequestupdates.json?page_size=50")

    def act(self):
        promise = self.promises.choose(self.chance)
        if promise is None or self.chance.random() < 0.5:
            path = self.chance.choice(self.PATHS)
            answer = self.ask("GET", path, Accept="text/html" if self.chance.random() < 0.5 else None)
            assert answer.body, path
            self.count("read")
            return
        reference, secret = promise["reference"], promise["secret"]
        case = json.loads(self.ask("GET", f"/api/v1/cases/{reference}?k={secret}").body)
        assert case["description"] == promise["text"], (case, promise)
        if "rating" in case["actions"]:
            self.rate(reference, secret)
        elif case["attachments"]:
            self.ask("GET", path_of(case["attachments"][0]["url"]))
        self.count("read own")

    def rate(self, reference, secret):
        """A second one may have been quicker, under another key."""
        body = json.dumps({"score": self.chance.randint(1, 5)})
        answer = self.client.send("POST", f"/api/v1/cases/{reference}/rating?k={secret}", body,
                                  {"X-Forwarded-For": self.address(), "Content-Type": JSON})
        assert answer.status in (200, 409, 503), (answer.status, answer.body)
        if answer.status == 200:
            self.count("rated")


class Asked(Citizen):
    """The unit has a question, with a letter; the citizen answers on his page, is answered, and rates."""

    def act(self):
        text = self.text()
        case = {"service_code": "NOISE", "description": text, "lat": WARD_2[0], "lon": WARD_2[1], "contact": self.contact()}
        receipt = json.loads(self.ask("POST", "/api/v1/cases", json.dumps(case), 201, Content_Type=JSON,
                                      Idempotency_Key=self.uuid()).body)
        reference, secret = receipt["reference"], secret_of(receipt)
        # Not for Reader, who would rate it.
        self.promises.add(reference, text, email=case["contact"]["email"])
        self.city.staff("accept", reference)
        self.city.staff("ask", reference, "--question", "Nhà số mấy?")
        self.say(reference, secret, "answer", {"text": text + " trả lời"})
        self.promises.say(reference, "info_given", text + " trả lời")
        self.city.staff("answer", reference, "--result", "solved", "--text", "Đã nhắc nhở")
        self.say(reference, secret, "rating", {"score": str(self.chance.randint(1, 5)), "text": text})
        self.promises.say(reference, "rated", text)
        self.letter(reference, secret)
        self.count("asked and answered")

    def say(self, reference, secret, action, fields):
        page = self.ask("GET", f"/t/{reference}?k={secret}&lang=vi", Accept="text/html").body.decode()
        key = re.search(rf'action="/t/{reference}/{action}[^>]*>\s*<input type="hidden" name="key" value="([^"]+)"', page)
        assert key is not None, (action, page)
        self.ask("POST", f"/t/{reference}/{action}?k={secret}&lang=vi",
                 urllib.parse.urlencode({**fields, "key": key.group(1)}), 303, Content_Type=URLENCODED, Accept="text/html")

    def letter(self, reference, secret):
        def link():
            return json.loads(self.ask("GET", f"/api/v1/cases/{reference}?k={secret}").body)["letters"][0]["url"]

        until(FILE_S, f"the letter of {reference}", link)
        assert self.ask("GET", path_of(link())).body.startswith(b"%PDF")
        self.count("letter")


# ---- workers ----


class Worker(Player):
    """A department's program; speaks schemas/worker-protocol.md."""

    CREDIT, HEARTBEAT_S, DEAD_S = 50, 1, 3

    def __init__(self, stage, name, city, keys):
        super().__init__(stage, name, 0)
        self.city, self.keys = city, keys
        self.ended = threading.Event()
        self.socket, self.done = None, 0

    def run(self):  # on after the others, until everything is done
        try:
            self.connect()
            while not self.ended.is_set():
                try:
                    self.act()
                except zmq.Again:  # the door did not know the key yet
                    self.connect()
        except Exception as why:  # pylint: disable=broad-except
            self.stage.fail(f"{self.name}: {why!r}")
        finally:
            self.socket.close(0)

    def connect(self):
        if self.socket is not None:
            self.socket.close(0)
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.curve_publickey, self.socket.curve_secretkey = (self.keys[n].encode() for n in ("public", "secret"))
        self.socket.curve_serverkey = self.keys["server"].encode()
        self.socket.connect(self.city.place.worker_endpoint)
        self.heard = self.said = time.monotonic()
        self.tasks = {}
        self.say(b"HELLO", {"protocol": 1, "name": self.name, "credit": self.CREDIT, "news": True})

    def say(self, verb, *bodies):
        self.said = time.monotonic()
        self.socket.send_multipart([verb, *(json.dumps(body).encode() for body in bodies)], zmq.NOBLOCK)

    def act(self):
        if self.socket.poll(200):
            verb, *frames = self.socket.recv_multipart()
            self.heard = time.monotonic()
            self.take(verb, json.loads(frames[0]) if frames else [])
        now = time.monotonic()
        if now - self.heard > self.DEAD_S:
            self.connect()
        elif now - self.said > self.HEARTBEAT_S / 2:
            self.say(b"HEARTBEAT")

    def take(self, verb, items):
        if verb == b"TASK":
            self.tasks.update({(t["task"], t["epoch"]): t for t in items})
            self.say(b"ACCEPT", [{"task": t["task"], "epoch": t["epoch"]} for t in items])
        elif verb == b"OK":
            accepted = [i for i in items if i["verb"] == "accept"]
            if accepted:
                self.say(b"DONE", [{"task": i["task"], "epoch": i["epoch"], "answer": {
                    "result": "solved", "text": DONE}} for i in accepted])
            for item in items:
                if item["verb"] == "done":
                    self.done += 1
                    self.stage.count(self.stage.good, "task done")
        elif verb == b"ERROR":  # it was too slow, and its session has ended
            assert items["error"] == "hello", items
            self.stage.count(self.stage.setbacks, "session ended")
            self.ended.wait(self.HEARTBEAT_S)
            self.connect()
        elif verb == b"REFUSED":
            busy = [i for i in items if i["refused"] == "busy"]
            assert len(busy) + sum(i["refused"] == "conflict" for i in items) == len(items), items
            self.stage.count(self.stage.setbacks, "task refused", len(items))
            if busy:
                self.connect()  # begins again with what is open
