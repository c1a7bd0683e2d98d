#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_worker_files PORT BIN_DIR DIR workers - a department's program gives its answers files, those it has uploaded and
others. What is refused leaves nothing behind, and the task with its worker, who then says it rightly."""
import json
import os
import pathlib
import subprocess
import sys
import urllib.parse

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "support")]

from checking import Checks  # noqa: E402
from sending import form, png  # noqa: E402
from worker_socket import WorkerSocket, key_of, speak_meanwhile  # noqa: E402

PORT, BIN_DIR, DIR, _ = sys.argv[1:]
CHECKS = Checks(PORT, BIN_DIR, DIR)
speak_meanwhile(CHECKS)
CITY, check = CHECKS.city, CHECKS.check
FILES = pathlib.Path(DIR) / "files"
CASE = {"service_code": "NOISE", "description": "Ồn", "anonymous": True, "lat": 10.75, "lon": 106.65}
ANSWER = {"result": "solved", "text": "Đã nhắc nhở"}


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


def secret_of(receipt):
    return urllib.parse.parse_qs(urllib.parse.urlsplit(receipt["tracking_url"]).query)["k"][0]


def answer_of(receipt):
    """As the citizen sees it."""
    status, _, content = CHECKS.send("GET", f"/api/v1/cases/{receipt['reference']}?k={secret_of(receipt)}")
    assert status == 200, content
    return json.loads(content)["answer"]


def of_case(receipt, what):
    return CITY.sql(f"SELECT {what} FROM cases AS c WHERE c.reference = '{receipt['reference']}'")


class Worker:
    """Of the unit that a case was sent to; has accepted its task."""

    def __init__(self, receipt):
        reference = receipt["reference"]
        key = key_of(CITY, "of-" + reference.lower(), of_case(receipt, "c.unit"))
        self.socket = WorkerSocket(key, 1000, [b"TASK"])  # others' cases wait there, too
        self.task = None
        while self.task is None:
            self.task = next((task for task in self.socket.hear(b"TASK") if task["reference"] == reference), None)
        assert "state" in self.socket.ask(b"ACCEPT", self.task)

    def begin_again(self):
        """The task has come back."""
        (self.task,) = [task for task in self.socket.hear(b"TASK") if task["task"] == self.task["task"]]
        assert "state" in self.socket.ask(b"ACCEPT", self.task)

    def done(self, files):
        """The item of its OK or REFUSED."""
        return self.socket.ask(b"DONE", self.task, answer={**ANSWER, "attachments": files})

    def bye(self):
        self.socket.bye()


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
    for shade in range(7):
        (FILES / f"{shade}.png").write_bytes(png(1, 1, bytes([0, 0, 0, 32 * shade])))
    (FILES / "other.mp4").write_bytes((FILES / "film.mp4").read_bytes().replace(b"moving", b"MOVING"))
    (film,), (other,) = upload("film.mp4"), upload("other.mp4")
    photos = upload(*(f"{shade}.png" for shade in range(6))) + upload("6.png")
    for files, why in (photos, 'has more than 6 of the kind "photo"'), ([film, other], 'has more than 1 of the kind "video"'):
        assert worker.done(files).get("text") == f"attachments: {why}"
    assert of_case(receipt, "(SELECT count(*) FROM attachments AS a WHERE a.case_id = c.id)") == "0"
    assert worker.done([photos[0], film]).get("state") == "ANSWERED"
    worker.bye()


@check
def the_same_file_twice_is_one():
    receipt = post_case()
    worker = Worker(receipt)
    photo, paper = upload("plain.jpg", "paper.pdf")
    assert worker.done([photo] * 7 + [paper, {"id": photo["id"]}]).get("state") == "ANSWERED"
    assert [file["name"] for file in answer_of(receipt)["attachments"]] == [photo["name"], paper["name"]]
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


def expect_found(edit, finding):
    """Of what was done to the rows, and is one no more when that is undone."""
    CITY.sql(f"CREATE TABLE saved AS SELECT * FROM attachments; {edit}")
    done = subprocess.run([CITY.bin / "dunghen", "verify"], cwd=CITY.dir, check=False, capture_output=True, text=True)
    CITY.sql("BEGIN; DELETE FROM attachments; INSERT INTO attachments SELECT * FROM saved; DROP TABLE saved; COMMIT")
    assert done.returncode == 1 and f"wrong     {finding}\n" in done.stdout, done.stdout + done.stderr
    assert done.stdout.count("wrong ") == 1, done.stdout


@check
def what_came_with_later_words_is_held_by_them():
    receipt = post_case()
    photo, paper = upload("tagged.jpg", "paper.pdf")
    (other,) = upload("screen.png")
    status, _, content = CHECKS.send("POST", f"/api/v1/cases/{receipt['reference']}/notes?k={secret_of(receipt)}",
                                     json.dumps({"text": "Ảnh sáng nay", "attachments": [photo["id"]]}),
                                     Content_Type="application/json")
    assert status == 200, content
    worker = Worker(receipt)
    assert worker.done([paper]).get("state") == "ANSWERED"
    worker.bye()
    for event, file in (("noted", photo), ("answered", paper)):
        seq = of_case(receipt, f"(SELECT seq FROM events AS e WHERE e.case_id = c.id AND e.type = '{event}')")
        case, has, swapped = f"case {receipt['reference']}", f"has the file {file['name']}", other["name"].split(".")[0]
        expect_found(f"DELETE FROM attachments WHERE seq = {seq}",
                     f"{case} does not have the file {file['name']}, which came with event {seq}")
        expect_found(f"UPDATE attachments SET hash = '\\x{swapped}', type = 'jpg' WHERE seq = {seq}",
                     f"{case} has the file {other['name']}, which did not come with event {seq}")
        expect_found(f"UPDATE attachments SET bytes = bytes + 1 WHERE seq = {seq}", f"{case} {has} with another size than event {seq}")
        expect_found(f"INSERT INTO attachments SELECT case_id, seq, 2, hash, type, bytes, width, height, given_by, added_at"
                     f" FROM attachments WHERE seq = {seq}", f"{case} {has}, which did not come with event {seq}")
        expect_found(f"UPDATE attachments SET given_by = CASE given_by WHEN 'answer' THEN 'internal' ELSE 'answer' END WHERE seq = {seq}",
                     f"{case} {has}, which somebody else gave than event {seq} says")
    CITY.ctl("verify")


@check
def an_approved_answer_has_the_files_of_its_last_draft():
    receipt = post_case(service_code="STAFF", anonymous=False, contact={"name": "An", "phone": "0903123456"})
    photo, paper = upload("tagged.jpg", "paper.pdf")
    worker = Worker(receipt)
    head = ("--as", f"head:minh@{of_case(receipt, 'c.unit')}")
    assert worker.done([photo]).get("state") == "DRAFTED"
    CITY.ctl("case", "send_back", receipt["reference"], *head, "--text", "Viết rõ hơn.")
    worker.begin_again()
    assert worker.done([paper]).get("state") == "DRAFTED"
    CITY.ctl("verify")
    CITY.ctl("case", "approve", receipt["reference"], *head)
    CITY.ctl("case", "answer", receipt["reference"], *head)
    worker.bye()
    CITY.ctl("verify")
    seq = of_case(receipt, "(SELECT max(seq) FROM events AS e WHERE e.case_id = c.id AND e.type = 'drafted')")
    expect_found(f"DELETE FROM attachments WHERE seq = {seq}",
                 f"case {receipt['reference']} does not have the file {paper['name']}, which came with event {seq}")



if __name__ == "__main__":
    sys.exit(CHECKS.run())
