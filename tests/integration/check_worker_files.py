#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_worker_files PORT BIN_DIR DIR workers - a department's program gives its answers files, those it has uploaded and
others. What is refused leaves nothing behind, and the task with its worker, who then says it rightly."""
import json
import os
import pathlib
import sys
import urllib.parse

import zmq

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "support")]

from checking import Checks  # noqa: E402
from sending import form  # noqa: E402

PORT, BIN_DIR, DIR, _ = sys.argv[1:]
CHECKS = Checks(PORT, BIN_DIR, DIR)
CITY, check = CHECKS.city, CHECKS.check
FILES = pathlib.Path(DIR) / "files"
CASE = {"service_code": "NOISE", "description": "Ồn", "anonymous": True, "lat": 10.75, "lon": 106.65}
ANSWER = {"result": "solved", "text": "Đã nhắc nhở"}
ANSWER_MS = 10000


def upload(*names):
    body, headers = form((), [("photos", name, (FILES / name).read_bytes()) for name in names])
    status, _, content = CHECKS.send("POST", "/api/v1/attachments", body, Content_Type=headers["Content-Type"])
    assert status == 201, content
    return json.loads(content)["attachments"]


def post_case(**more):
    status, _, content = CHECKS.send("POST", "/api/v1/cases", json.dumps({**CASE, **more}), Content_Type="application/json")
    assert status == 201, content
    return json.loads(content)


def get(url):
    parts = urllib.parse.urlsplit(url)
    return CHECKS.send("GET", parts.path + ("?" + parts.query if parts.query else ""))


def answer_of(receipt):
    """As the citizen sees it."""
    secret = urllib.parse.parse_qs(urllib.parse.urlsplit(receipt["tracking_url"]).query)["k"][0]
    status, _, content = CHECKS.send("GET", f"/api/v1/cases/{receipt['reference']}?k={secret}")
    assert status == 200, content
    return json.loads(content)["answer"]


def of_case(receipt, what):
    return CITY.sql(f"SELECT {what} FROM cases AS c WHERE c.reference = '{receipt['reference']}'")


class Worker:
    """Of the unit that a case was sent to; has accepted its task."""

    def __init__(self, receipt):
        self.reference = receipt["reference"]
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.linger = 200
        name = "of-" + self.reference.lower()
        CITY.ctl("keys", "worker", name, of_case(receipt, "c.unit"))
        keys = dict(line.split() for line in (CITY.dir / f"var/keys/workers/{name}.key").read_text().splitlines())
        self.keys = [keys[word].encode() for word in ("public", "secret", "server")]
        while not self.is_welcome():  # until the server knows the key, which it reads anew each second
            self.socket.close(0)
            self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.task = None
        while self.task is None:
            self.task = next((task for task in self.hear(b"TASK") if task["reference"] == self.reference), None)
        self.say(b"ACCEPT", {})
        self.hear(b"OK")

    def is_welcome(self):
        self.socket.curve_publickey, self.socket.curve_secretkey, self.socket.curve_serverkey = self.keys
        self.socket.connect(os.environ["DUNGHEN_WORKER_ENDPOINT"])
        try:
            self.socket.send_multipart([b"HELLO", b'{"protocol":1,"name":"w","credit":1000}'], zmq.NOBLOCK)
        except zmq.Again:
            return False
        return self.socket.poll(1000) and self.hear(b"WELCOME")

    def say(self, verb, more):
        item = {"task": self.task["task"], "epoch": self.task["epoch"], **more}
        self.socket.send_multipart([verb, json.dumps([item]).encode()])

    def hear(self, *verbs):
        """The next message of these verbs."""
        while self.socket.poll(ANSWER_MS):
            self.socket.send_multipart([b"HEARTBEAT"])
            verb, *frames = self.socket.recv_multipart()
            if verb in verbs:
                return json.loads(frames[0])
            assert verb in (b"TASK", b"HEARTBEAT"), (verb, frames)
        raise AssertionError(f"no {verbs}")

    def done(self, files):
        """The item of its OK or REFUSED."""
        self.say(b"DONE", {"answer": {**ANSWER, "attachments": files}})
        (item,) = self.hear(b"OK", b"REFUSED")
        return item

    def bye(self):
        self.socket.send_multipart([b"BYE"])
        self.socket.close()


@check
def files_that_were_uploaded_are_the_answers():
    receipt = post_case()
    worker = Worker(receipt)
    photo, paper = upload("tagged.jpg", "paper.pdf")
    assert worker.done([photo, {"id": paper["id"]}]).get("state") == "ANSWERED"
    shown = answer_of(receipt)["attachments"]
    assert [file["name"] for file in shown] == [photo["name"], paper["name"]], shown
    assert [len(get(file["url"])[2]) for file in shown] == [photo["bytes"], paper["bytes"]]
    rows = of_case(receipt, "(SELECT json_agg(json_build_array(a.type, a.bytes, a.width, a.height, a.given_by) ORDER BY a.number)"
                   " FROM attachments AS a WHERE a.case_id = c.id)")
    assert json.loads(rows) == [["jpg", photo["bytes"], 1200, 1600, "answer"], ["pdf", paper["bytes"], None, None, "answer"]]
    worker.bye()


@check
def what_is_wrong_with_a_file_is_said_and_nothing_is_done():
    receipt = post_case()
    worker = Worker(receipt)
    photo, paper = upload("plain.jpg", "paper.pdf")
    sizes = {"bytes": photo["bytes"], "width": photo["width"], "height": photo["height"]}
    absent = "0" * 64 + ".jpg"
    no_id = "0: id: is not one that an upload got within the last 20 hours"
    for files, why in (
            ([{"name": absent, **sizes}], "0: id: is missing"),
            ([{"name": absent, **sizes, "id": photo["id"].replace(photo["name"], absent)}], no_id),
            ([{"id": photo["id"].replace(f"~{photo['bytes']}~", f"~{photo['bytes'] + 1}~")}], no_id),
            ([{"id": photo["id"].replace(".jpg", ".pdf")}], no_id),
            ([{"id": photo["id"], "name": paper["name"]}], f'0: name: is "{photo["name"]}" of this upload'),
            ([paper, {**photo, "type": "application/pdf"}], '1: type: is "image/jpeg" of this upload'),
            ([{**photo, "bytes": photo["bytes"] + 1}], f"0: bytes: is {photo['bytes']} of this upload"),
            ([{**photo, "width": 1}], f"0: width: is {photo['width']} of this upload"),
            ([{**paper, "height": 1}], "0: height: is 0 of this upload"),
            ([photo["id"]], "0: must be an object"),
            ([photo] * 17, "has more than 16 items"),
            (photo, "must be an array")):
        said = worker.done(files)
        assert said.get("refused") == "input", (files, said)
        assert said["text"].startswith("answer: attachments") and said["text"].endswith(why), said
    assert of_case(receipt, "c.state") == "IN_PROGRESS"
    assert of_case(receipt, "(SELECT count(*) FROM attachments AS a WHERE a.case_id = c.id)") == "0"
    assert of_case(receipt, "(SELECT count(*) FROM events AS e WHERE e.case_id = c.id AND e.type = 'answered')") == "0"
    assert worker.done([photo]).get("state") == "ANSWERED"
    worker.bye()


@check
def no_more_files_than_the_catalogue_allows():
    receipt = post_case()
    worker = Worker(receipt)
    photo, film = upload("plain.jpg", "film.mp4")
    for files, why in ([photo] * 7, 'has more than 6 of the kind "photo"'), ([film] * 2, 'has more than 1 of the kind "video"'):
        assert worker.done(files).get("text") == f"attachments: {why}"
    assert of_case(receipt, "(SELECT count(*) FROM attachments AS a WHERE a.case_id = c.id)") == "0"
    assert worker.done([photo, film]).get("state") == "ANSWERED"
    worker.bye()


@check
def nobody_gets_to_see_anothers_file_by_its_name():
    (secret,) = upload("screen.png")
    post_case(attachments=[secret["id"]])
    receipt = post_case()
    worker = Worker(receipt)
    named = {"name": secret["name"], "bytes": secret["bytes"], "width": secret["width"], "height": secret["height"]}
    said = worker.done([named])
    assert said.get("refused") == "input", f"the citizen sees {answer_of(receipt)}"
    assert worker.done([]).get("state") == "ANSWERED"
    assert answer_of(receipt)["attachments"] == []
    try:
        CITY.ctl("case", "publish", receipt["reference"], "--as", "officer:lan", "--answer", "Đã nhắc nhở",
                 "--photos", secret["name"])
        why = "published"
    except AssertionError as failure:
        why = str(failure)
    assert f'photos/0: "{secret["name"]}" is not a file of the case' in why, why
    assert get(secret["url"].split("?")[0])[0] == 404
    worker.bye()


if __name__ == "__main__":
    sys.exit(CHECKS.run())
