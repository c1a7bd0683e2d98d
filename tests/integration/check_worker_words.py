#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_worker_words PORT BIN_DIR DIR - what schemas/worker-protocol.md promises about sessions and their words, as a worker
has it that was written from the text alone. Each check leaves no open task behind."""
import json
import os
import sys
import time
import uuid

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

from checking import Checks  # noqa: E402
from worker_socket import ANSWER_S, HEARTBEAT, WorkerSocket, key_of, open_socket, speak_meanwhile  # noqa: E402

CHECKS = Checks(*sys.argv[1:])
speak_meanwhile(CHECKS)
CITY, check = CHECKS.city, CHECKS.check
CASE = {"service_code": "LIGHT", "description": "Đèn tắt", "anonymous": True, "lat": 10.75, "lon": 106.65}
ANSWER = {"result": "solved", "text": "Đã sửa đèn"}
MOST_BYTES = 1 << 20
KEYS = []  # of two workers of the cases' unit


def post_case():
    """Its reference."""
    status, _, content = CHECKS.send("POST", "/api/v1/cases", json.dumps(CASE), Content_Type="application/json")
    assert status == 201, content
    return json.loads(content)["reference"]


def keys():
    if not KEYS:
        unit = CITY.sql(f"SELECT unit FROM cases WHERE reference = '{post_case()}'")
        KEYS.extend(key_of(CITY, name, unit) for name in ("first", "second"))
        worker = WorkerSocket(KEYS[0], 1)
        finish(worker, worker.hear(b"TASK")[0])
        worker.bye()
    return KEYS


def take_next(worker):
    """Of a new case; whoever had been given another one would have no credit for it."""
    reference = post_case()
    (task,) = worker.hear(b"TASK")
    assert task["reference"] == reference, task
    return task


def take(worker):
    task = take_next(worker)
    assert worker.ask(b"ACCEPT", task)["state"] == "IN_PROGRESS"
    return task


def hear_again(worker, task):
    """The same task, handed out anew."""
    (again,) = worker.hear(b"TASK")
    assert again["task"] == task["task"] and again["epoch"] > task["epoch"]
    return again


def finish(worker, task):
    assert worker.ask(b"ACCEPT", task)["state"] == "IN_PROGRESS"
    assert worker.ask(b"DONE", task, answer=ANSWER)["state"] == "ANSWERED"


def is_told_of_the_end(worker, task):
    (item,) = worker.hear(b"REFUSED")
    return (item["task"], item["epoch"], item["verb"], item["refused"]) == (task["task"], task["epoch"], "lease", "conflict")


@check
def a_worker_goes_on_in_a_new_session_with_the_task_of_the_one_before():
    one, other = keys()
    before = WorkerSocket(one, 1)
    task = take(before)
    now = WorkerSocket(one, 1)
    assert now.ask(b"ACCEPT", task)["state"] == "IN_PROGRESS"
    assert is_told_of_the_end(before, task)
    before.bye()
    heir = WorkerSocket(other, 1)
    finish(heir, take_next(heir))  # who has credit left, which the new session has not
    heir.bye()
    assert now.ask(b"DONE", task, answer=ANSWER)["state"] == "ANSWERED"
    now.bye()


@check
def done_and_return_in_a_new_session_are_good_and_what_is_wrong_there_can_be_mended_there():
    one, other = keys()
    for wrong, right in (((b"DONE", {"answer": {}}), (b"DONE", {"answer": ANSWER})),
                         ((b"RETURN", {"reason": "NO_SUCH"}), (b"RETURN", {"reason": "SUBJECT"})),
                         ((b"RETURN", {"reason": "SUBJECT", "text": ""}), (b"RETURN", {"reason": "SUBJECT"}))):
        before = WorkerSocket(one, 1)
        task = take(before)
        now = WorkerSocket(one, 0)
        assert now.ask(wrong[0], task, **wrong[1])["refused"] == "input"
        assert is_told_of_the_end(before, task)
        before.bye()
        heir = WorkerSocket(other, 1)
        finish(heir, take_next(heir))
        assert "state" in now.ask(right[0], task, **right[1])
        heir.bye()
        now.bye()


@check
def nobody_speaks_of_a_task_that_another_worker_has():
    one, other = keys()
    holder, stranger = WorkerSocket(one, 1), WorkerSocket(other, 1)
    task = take(holder)
    own = take_next(stranger)
    for epoch in (task["epoch"], own["epoch"]):
        for verb, more in ((b"ACCEPT", {}), (b"DONE", {"answer": ANSWER}), (b"RETURN", {"reason": "SUBJECT"})):
            said = stranger.ask(verb, {**task, "epoch": epoch}, **more)
            assert said.get("refused") == "conflict", (verb, said)
    finish(stranger, own)
    stranger.bye()
    assert holder.ask(b"DONE", task, answer=ANSWER)["state"] == "ANSWERED"
    holder.bye()


@check
def what_a_worker_has_accepted_and_lost_it_may_have_done_until_the_next_has_accepted_it():
    one, other = keys()
    before = WorkerSocket(one, 1)
    task = take(before)
    heir = WorkerSocket(other, 1)
    before.bye()
    again = hear_again(heir, task)
    now = WorkerSocket(one, 0)
    for verb, more in (b"ACCEPT", {}), (b"RETURN", {"reason": "SUBJECT"}):
        said = now.ask(verb, task, **more)
        assert said.get("refused") == "conflict", (verb, said)
    assert now.ask(b"DONE", task, answer=ANSWER)["state"] == "ANSWERED"
    assert is_told_of_the_end(heir, again)
    for worker in heir, now:
        worker.bye()


@check
def who_takes_the_routing_id_of_another_worker_has_nothing_of_its_session():
    one, other = keys()
    before = WorkerSocket(one, 1, routing_id=b"lamps")
    task = take(before)
    before.close()  # its session lives on for a while
    said = json.dumps([{"task": task["task"], "epoch": task["epoch"], "answer": ANSWER}]).encode()
    answered = False
    while not answered:  # until the server has seen that the one before has gone
        thief = open_socket(other, b"lamps")
        thief.connect(os.environ["DUNGHEN_WORKER_ENDPOINT"])
        thief.send_multipart([b"DONE", said])
        answered = thief.poll(1000)
        frames = thief.recv_multipart() if answered else []
        thief.close(0)
    assert frames[0] == b"ERROR" and json.loads(frames[1])["error"] == "hello", frames
    heir = WorkerSocket(one, 1)
    (again,) = heir.hear(b"TASK")
    assert again["task"] == task["task"]
    finish(heir, again)
    heir.bye()


@check
def whose_case_stands_still_hears_that_and_gets_the_task_when_it_goes_on():
    one, _ = keys()
    worker = WorkerSocket(one, 1)
    task = take(worker)
    CITY.ctl("case", "ask", task["reference"], "--as", "officer:lan", "--question", "Nhà số mấy?")
    (item,) = worker.hear(b"REFUSED")
    assert item["verb"] == "lease" and item["refused"] == "conflict" and "stands still" in item["text"], item
    CITY.ctl("case", "info", task["reference"], "--as", "citizen:an", "--text", "Số 5")
    again = hear_again(worker, task)
    finish(worker, again)
    worker.bye()


@check
def whose_task_a_person_takes_over_hears_that():
    one, _ = keys()
    for get in take_next, take:  # not accepted yet, and accepted
        worker = WorkerSocket(one, 1)
        task = get(worker)
        CITY.ctl("case", "accept", task["reference"], "--as", "officer:lan")
        (item,) = worker.hear(b"REFUSED")
        assert (item["task"], item["epoch"], item["verb"]) == (task["task"], task["epoch"], "lease"), item
        assert item["refused"] == "conflict" and "a person" in item["text"], item
        finish(worker, take_next(worker))  # it has credit for another
        assert worker.ask(b"ACCEPT", task)["refused"] == "conflict"
        CITY.ctl("case", "answer", task["reference"], "--as", "officer:lan", "--result", "solved", "--text", "Đã sửa")
        worker.bye()


@check
def a_message_that_cannot_be_read_leaves_the_session_and_its_tasks():
    one, _ = keys()
    worker = WorkerSocket(one, 1)
    task = take(worker)
    for frames in [b"X"], [b"DONE", b"["], [b"DONE", b"[]"], [b"DONE", b"{}"], [b"DONE", b"[]", b"[]"]:
        worker.socket.send_multipart(frames)
        assert worker.hear(b"ERROR")["error"] == "message"
    assert worker.ask(b"DONE", task, answer=ANSWER)["state"] == "ANSWERED"
    worker.bye()


CLEAN = "text: must be Unicode without control characters other than new lines and tabs"


@check
def each_item_of_a_message_is_decided_on_its_own():
    one, _ = keys()
    worker = WorkerSocket(one, 1)
    task = take(worker)
    this = {"task": task["task"], "epoch": task["epoch"]}
    for more, why in (({"reason": "SUBJECT", "text": ""}, "text: must have 1 to 4000 characters"),
                      ({"reason": "SUBJECT", "text": "x" * 4001}, "text: must have 1 to 4000 characters"),
                      ({"reason": "SUBJECT", "text": 5}, "text: must be a text"),
                      ({"reason": "SUBJECT", "text": "a\0b"}, CLEAN), ({"reason": "SUBJECT", "text": "\ud800"}, CLEAN),
                      ({"reason": 5}, "reason: must be a text"), ({"reason": ""}, "reason: must have 1 to 40 characters"),
                      ({"reason": "SUBJECT", "unit": ""}, "unit: must have 1 to 40 characters")):
        worker.say(b"RETURN", [{**this, **more}, {**this, "reason": "nope"}])
        said = worker.hear(b"REFUSED")
        said += worker.hear(b"REFUSED") if len(said) == 1 else []
        assert [item["refused"] for item in said] == ["input", "input"], said
        assert said[0]["text"] == why and '"nope"' in said[1]["text"], said
    worker.bye()
    leave_to(one, task)


def leave_to(key, task):
    """It is given on, and done."""
    worker = WorkerSocket(key, 1)
    again = hear_again(worker, task)
    finish(worker, again)
    worker.bye()


@check
def items_that_name_no_task_keep_nobody_from_the_others():
    one, _ = keys()
    for nameless, why in (({}, "task: is missing"), (5, "must be an object"), ({"task": "x", "epoch": 1}, "task: must have 38 to"),
                          ({"task": "x" * 38, "epoch": 1}, "task: must be the id and number that came with it"),
                          ({"epoch": "1"}, "epoch: must be"), ({"epoch": 2**53}, "epoch: must be from 1 to 9007199254740991"),
                          ({"epoch": 0}, "epoch: must be from 1"), ({"epoch": None}, "epoch: is missing")):
        worker = WorkerSocket(one, 1)
        task = take(worker)
        this = {"task": task["task"], "epoch": task["epoch"]}
        if nameless != {} and isinstance(nameless, dict):
            nameless = {**this, **nameless}
        worker.say(b"DONE", [nameless, {**this, "answer": ANSWER}, nameless])
        said = worker.hear(b"ERROR")
        assert said["error"] == "message" and said["text"].startswith(f"2 items, the first: item 1: {why}"), said
        (item,) = worker.hear(b"OK")
        assert item["state"] == "ANSWERED", item
        worker.bye()


@check
def an_accept_that_is_wrong_gives_the_task_back():
    one, other = keys()
    worker = WorkerSocket(one, 1)
    task = take_next(worker)
    heir = WorkerSocket(other, 1)
    assert worker.ask(b"ACCEPT", task, unit="")["refused"] == "input"
    worker.bye()
    again = hear_again(heir, task)
    finish(heir, again)
    heir.bye()


@check
def a_frame_may_have_one_mebibyte_and_no_more():
    one, _ = keys()
    worker = WorkerSocket(one, 0)
    for frames in [b"DONE", b" " * MOST_BYTES], [b"X" * MOST_BYTES]:
        worker.socket.send_multipart(frames)
        assert worker.hear(b"ERROR")["error"] == "message"
    for frames in [b"DONE", b" " * (MOST_BYTES + 1)], [b"X" * (MOST_BYTES + 1)]:
        worker.socket.send_multipart(frames)
        assert worker.is_cut_off()
        worker.close()
        worker = WorkerSocket(one, 0)
    worker.bye()


def connections():
    """At the server's side: who does not read learns nothing of the end of its own."""
    port = f":{int(os.environ['DUNGHEN_WORKER_ENDPOINT'].rsplit(':', 1)[1]):04X}"
    with open("/proc/net/tcp", encoding="ascii") as f:
        sockets = [line.split()[1:4] for line in f][1:]
    return sum(here.endswith(port) and state == "01" for here, _, state in sockets)


@check
def who_does_not_read_is_cut_off_and_keeps_nobody_from_working():
    one, other = keys()
    deaf, worker = WorkerSocket(one, 0), WorkerSocket(other, 1)
    nonsense = json.dumps([{"task": f"{uuid.uuid4()}:1", "epoch": 2**53 - 1} for _ in range(1000)]).encode()
    for i in range(200):  # more answers than the system's sockets and the server hold
        deaf.socket.send_multipart([b"ACCEPT", nonsense])
        if i % 10 == 0:
            finish(worker, take_next(worker))
    worker.bye()
    until = time.monotonic() + ANSWER_S
    while connections() > 0:
        assert time.monotonic() < until, "not cut off"
        deaf.socket.send_multipart([HEARTBEAT])
        deaf.monitor.poll(100)
    WorkerSocket(one, 0).bye()
    deaf.close()


if __name__ == "__main__":
    sys.exit(CHECKS.run())
