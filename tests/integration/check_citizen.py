#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_citizen PORT BIN_DIR DIR - what a citizen says about a case of his own, by the JSON API of a running
city: questions answered, notes, ratings, "not solved", withdrawals, and what the rules forbid."""
import concurrent.futures
import json
import os
import sys
import urllib.parse
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from checking import Checks  # noqa: E402

CHECKS = Checks(*sys.argv[1:])
CITY, DESCRIPTION, check, send = CHECKS.city, CHECKS.description, CHECKS.check, CHECKS.send
LAN = "officer:lan"


class Case:
    def __init__(self):
        case = {"service_code": "NOISE", "description": "Ồn", "anonymous": True, "lat": 10.75, "lon": 106.65}
        status, _, content = send("POST", "/api/v1/cases", json.dumps(case), Content_Type="application/json")
        assert status == 201, content
        receipt = json.loads(content)
        self.reference = receipt["reference"]
        self.secret = urllib.parse.parse_qs(urllib.parse.urlsplit(receipt["tracking_url"]).query)["k"][0]

    def staff(self, verb, *words, who=LAN):
        CITY.ctl("case", verb, self.reference, "--as", who, *words)

    def answer(self):
        self.staff("accept")
        self.staff("answer", "--result", "solved", "--text", "Đã nhắc nhở")

    def say(self, action, body=None, expected=200, key=None, secret=None, language=None):
        path = f"/api/v1/cases/{self.reference}/{action}?k={self.secret if secret is None else secret}"
        text = json.dumps(body) if body is not None else None
        status, headers, content = send("POST", path, text, Idempotency_Key=key, Accept_Language=language,
                                        Content_Type="application/json" if text else None)
        assert status == expected, f"{action} {body}: {status} {content.decode()}"
        DESCRIPTION.check("post /api/v1/cases/{reference}/{action}", status, headers, content, body)
        return json.loads(content)

    def read(self):
        status, headers, content = send("GET", f"/api/v1/cases/{self.reference}?k={self.secret}")
        assert status == 200, content
        DESCRIPTION.check("get /api/v1/cases/{reference}", status, headers, content)
        return json.loads(content)

    def page(self, language):
        _, _, content = send("GET", f"/t/{self.reference}?k={self.secret}&lang={language}", Accept="text/html")
        return content.decode()

    def events(self, kind):
        return int(CITY.sql(f"SELECT count(*) FROM events e JOIN cases c ON c.id = e.case_id WHERE e.type = '{kind}'"
                            f" AND c.reference = '{self.reference}'"))


@check
def a_question_is_answered():
    case = Case()
    case.staff("accept")
    assert case.say("answer", {"text": "Số 12"}, 409)["rule"] == "state"
    case.staff("ask", "--question", "Nhà số mấy?")
    seen = case.read()
    assert seen["actions"] == ["answer", "withdrawal"], seen["actions"]
    assert [e["text"] for e in seen["events"] if e["type"] == "info_requested"] == ["Nhà số mấy?"]
    # Nobody makes files here: the letter is told of all the same.
    assert [(letter["form"], letter["url"]) for letter in seen["letters"]] == [("information", None)], seen["letters"]
    # NFD as some keyboards write it is kept as NFC.
    answer = case.say("answer", {"text": "So\u0302\u0301 12"})
    assert answer == {"reference": case.reference, "state": "IN_PROGRESS"}
    assert [e["text"] for e in case.read()["events"] if e["type"] == "info_given"] == ["Số 12"]


@check
def notes_are_added_while_it_is_open():
    case = Case()
    assert case.say("notes", {"text": "Đêm nào cũng vậy"})["state"] == "ASSIGNED"
    assert [e["text"] for e in case.read()["events"] if e["type"] == "noted"] == ["Đêm nào cũng vậy"]
    case.answer()
    assert case.say("notes", {"text": "x"}, 409)["rule"] == "state"


@check
def who_writes_very_much_still_reads_how_the_case_stands():
    case = Case()
    for number in range(50):
        case.say("notes", {"text": f"{number}" + "\n" * 3990})
    events = case.read()["events"]
    assert events[0]["type"] == "received" and 10 < len(events) < 50, len(events)
    assert events[-1]["text"].startswith("49")


@check
def an_answer_is_judged_once():
    case = Case()
    assert case.say("rating", {"score": 4}, 409)["rule"] == "state"
    case.answer()
    assert case.read()["actions"] == ["rating", "not-solved"]
    assert case.say("rating", {"score": 4.0, "text": "Nhanh"})["state"] == "CLOSED"
    problem = case.say("rating", {"score": 5}, 409, language="en")
    assert problem["type"] == "/problems/not-allowed" and problem["detail"].startswith("The case is at a step")
    assert CITY.sql(f"SELECT rated FROM cases WHERE reference = '{case.reference}'") == "4"


@check
def what_is_not_solved_is_opened_again():
    case, other = Case(), Case()
    case.answer()
    other.answer()
    assert case.say("not-solved", {"text": "Vẫn ồn"})["state"] == "REOPENED"
    seen = case.read()
    assert [e["text"] for e in seen["events"] if e["type"] == "reopened"] == ["Vẫn ồn"]
    # The answer that there was is the earlier one, with its moment, beside the new promise.
    (answered,) = [e["at"] for e in seen["events"] if e["type"] == "answered"]
    assert seen["answered_at"] is None and (seen["answer"]["at"], seen["answer"]["text"]) == (answered, "Đã nhắc nhở")
    for language, heading in (("vi", "Câu trả lời trước khi mở lại"), ("en", "The earlier answer")):
        assert heading in case.page(language)
        assert heading not in other.page(language) and "Đã nhắc nhở" in other.page(language)


@check
def a_case_is_withdrawn_without_a_word():
    case = Case()
    assert case.say("withdrawal")["state"] == "WITHDRAWN"
    assert case.say("not-solved", None, 409)["rule"] == "state"
    # Ended by the desk, without an answer, and closed: nothing to reopen.
    assert case.read()["actions"] == []


@check
def the_same_key_says_it_once():
    case, key = Case(), str(uuid.uuid4())
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: case.say("notes", {"text": "một lần"}, key=key), range(16)))
    assert all(answer == answers[0] for answer in answers)
    assert case.events("noted") == 1
    problem = case.say("notes", {"text": "khác"}, 422, key=key)
    assert problem["type"] == "/problems/idempotency-key-reused" and case.events("noted") == 1
    # Without a key each is a note of its own; another case has keys of its own.
    case.say("notes", {"text": "một lần"})
    assert case.events("noted") == 2
    other = Case()
    other.say("notes", {"text": "khác"}, key=key)
    assert other.events("noted") == 1


@check
def nobody_else_may_speak():
    case = Case()
    for secret in ("", "x", case.secret[:-1], case.secret + "A", Case().secret):
        assert case.say("withdrawal", None, 404, secret=secret)["type"] == "/problems/not-found"
    case.reference = "00000000000"
    case.say("withdrawal", None, 404)


@check
def what_is_wrong_is_named():
    case = Case()
    case.answer()
    for action, body, pointer, rule in (
            ("notes", None, "/text", "missing"), ("notes", {"text": ""}, "/text", "missing"),
            ("notes", {"text": 1}, "/text", "text"), ("notes", {"text": "x" * 4001}, "/text", "length"),
            ("notes", {"text": "a\u0001b"}, "/text", "utf-8"), ("notes", {"text": "a\u0000b"}, "/text", "utf-8"),
            ("notes", {"text": "a\ud800b"}, "/text", "utf-8"), ("notes", {"text": "x", "score": 1}, "/score", "unknown"),
            ("rating", None, "/score", "missing"), ("rating", {"score": 0}, "/score", "range"),
            ("rating", {"score": 6}, "/score", "range"), ("rating", {"score": "5"}, "/score", "number"),
            ("rating", {"score": 4.5}, "/score", "number"), ("withdrawal", {"why": "x"}, "/why", "unknown")):
        errors = case.say(action, body, 400)["errors"]
        assert [(e["pointer"], e["rule"]) for e in errors] == [(pointer, rule)], (action, body, errors)
    assert case.say("notes", [1], 400)["type"] == "/problems/malformed"
    assert case.say("notes", {"text": "x"}, 400, key="x" * 256)["type"] == "/problems/idempotency-key"
    assert case.say("dance", None, 404)["type"] == "/problems/no-such"
    assert case.say("rating", {"score": 5, "text": "x" * 4000})["state"] == "CLOSED"


@check
def who_says_me_too_has_a_date_of_his_own_and_hears_the_answer():
    case = Case()
    contact = {"name": "Bình", "email": "binh@example.vn"}

    def join(body, expected=201, key=None, reference=None):
        status, headers, content = send("POST", f"/api/v1/cases/{reference or case.reference}/followers", json.dumps(body),
                                        Content_Type="application/json", Idempotency_Key=key)
        assert status == expected, (status, content)
        DESCRIPTION.check("post /api/v1/cases/{reference}/followers", status, headers, content, body)
        return json.loads(content)

    def ask(what, reference):
        return CITY.sql(f"SELECT {what} FROM cases c WHERE reference = '{reference}'")
    key = str(uuid.uuid4())
    first = join({"description": "Tôi cũng vậy", "contact": contact}, key=key)
    assert join({"description": "Tôi cũng vậy", "contact": contact}, key=key) == first
    assert join({"description": "khác", "contact": contact}, 422, key=key)["type"] == "/problems/idempotency-key-reused"
    second = join({"description": "Cả tôi", "anonymous": True}, reference=first["reference"])  # of whom it was merged into
    assert first["due_at"] > case.read()["received_at"] and first["reference"] != case.reference
    assert ask("state || (due_at > received_at)", first["reference"]) == "MERGEDtrue"
    assert ask("merged_into = (SELECT id FROM cases WHERE reference = '%s')" % case.reference, second["reference"]) == "t"
    assert case.read()["followers"] == 2 and ask("merged", case.reference) == "2"
    # Neither the words nor the place of whoever was first are the second's.
    assert ask("(lat IS NULL)::text || (SELECT content FROM contents WHERE case_id = c.id)", second["reference"]) \
        == 'true{"description":"Cả tôi"}'
    assert join({"description": "", "anonymous": True}, 400)["errors"][0]["pointer"] == "/description"
    join({"description": "x"}, 400)
    # What the case is about and where is that of who was first.
    wrong = join({"description": "x", "anonymous": True, "service_code": "NOISE", "lat": None, "attributes": {}}, 400)["errors"]
    assert [(e["pointer"], e["rule"]) for e in wrong] == [(f"/{name}", "unknown") for name in ("service_code", "lat", "attributes")]
    join({"description": "x", "anonymous": True}, 404, reference="22222-22222")
    # The unit takes one out again; the other one hears the answer.
    CITY.ctl("case", "split", second["reference"], "--as", LAN, "--into", case.reference)
    assert ask("(SELECT string_agg(f.reference, ' ') FROM merged_cases g JOIN cases f ON f.id = g.id WHERE g.lead = c.id)",
               case.reference) == first["reference"]
    case.answer()
    assert ask("answered_at IS NOT NULL", first["reference"]) == "t"
    assert ask("(answered_at IS NULL) || state", second["reference"]) == "trueASSIGNED"
    assert join({"description": "x", "anonymous": True}, 409)["rule"] == "state"
    assert join({"description": "Tôi cũng vậy", "contact": contact}, key=key) == first  # who had joined before it was over
    secret = urllib.parse.parse_qs(urllib.parse.urlsplit(first["tracking_url"]).query)["k"][0]
    shown = json.loads(send("GET", f"/api/v1/cases/{first['reference']}?k={secret}")[2])
    assert shown["state"] == "MERGED" and shown["answer"] == case.read()["answer"] and shown["answer"]["text"]
    assert shown["due_at"] == first["due_at"] and shown["reference"] == first["reference"]


@check
def who_withdraws_leaves_the_others_that_joined():
    case = Case()
    path = f"/api/v1/cases/{case.reference}/followers"
    body = json.dumps({"description": "Tôi cũng vậy", "anonymous": True})
    others = [json.loads(send("POST", path, body, Content_Type="application/json")[2])["reference"] for _ in range(2)]
    case.say("withdrawal")
    assert case.read()["state"] == "WITHDRAWN" and case.read()["followers"] == 0
    shown = [json.loads(send("GET", f"/api/v1/cases/{reference}")[2]) for reference in others]
    assert [(s["state"], s["followers"]) for s in shown] == [("ASSIGNED", 1), ("MERGED", 0)], shown
    assert CITY.sql("SELECT string_agg(c.reference, ' ') FROM cases AS c JOIN merged_cases AS g ON g.lead = c.id"
                    f" WHERE c.reference IN ('{case.reference}', '{others[0]}', '{others[1]}')") == others[0]


@check
def who_was_answered_is_answered_again_when_the_service_is_closed():
    case = {"service_code": "NOISE", "description": "Ồn", "anonymous": True, "lat": 10.75, "lon": 106.65}
    form = "service_code=NOISE&description=x&lat=10.75&long=106.65"
    urlencoded = "application/x-www-form-urlencoded"
    key, form_key = str(uuid.uuid4()), str(uuid.uuid4())

    def post(key, **changes):
        return send("POST", "/api/v1/cases", json.dumps({**case, **changes}), Content_Type="application/json", Idempotency_Key=key)

    def post_form(key):
        return send("POST", "/open311/v2/requests.json", form, Content_Type=urlencoded, Idempotency_Key=key)

    def join(key, **more):
        return send("POST", join_path, json.dumps({"description": "Tôi cũng vậy", "anonymous": True, **more}),
                    Content_Type="application/json", Idempotency_Key=key)
    (status, _, first), (form_status, _, form_first) = post(key), post_form(form_key)
    assert (status, form_status) == (201, 201)
    join_path, join_key = f"/api/v1/cases/{json.loads(first)['reference']}/followers", str(uuid.uuid4())
    join_status, _, join_first = join(join_key)
    assert join_status == 201
    notice = "closed_notice_vi = 'Đã đóng', closed_notice_en = 'Closed'"
    CITY.sql(f"UPDATE services SET {notice} WHERE code = 'NOISE'; UPDATE catalogue SET version = version + 1")
    try:
        while post(None)[0] != 422:
            pass
        status, headers, again = post(key)
        DESCRIPTION.check("post /api/v1/cases", status, headers, again)
        assert (status, again) == (201, first), again
        assert post_form(form_key)[::2] == (201, form_first)
        assert post(key, description="khác")[0] == 422
        assert json.loads(post(key, description="khác")[2])["type"] == "/problems/idempotency-key-reused"
        assert json.loads(post(str(uuid.uuid4()))[2])["type"] == "/problems/closed-service"
        assert post_form(str(uuid.uuid4()))[0] == 400
        assert join(join_key)[::2] == (201, join_first)
        assert json.loads(join(str(uuid.uuid4()))[2])["type"] == "/problems/closed-service"
    finally:
        CITY.sql("UPDATE services SET closed_notice_vi = NULL, closed_notice_en = NULL WHERE code = 'NOISE';"
                 " UPDATE catalogue SET version = version + 1")
        while post(None)[0] != 201:
            pass
    assert post(key, colour=1)[0] == 422 and post(str(uuid.uuid4()), colour=1)[0] == 400
    assert join(join_key, colour=1)[0] == 422 and join(str(uuid.uuid4()), colour=1)[0] == 400


FOLLOWED = "INSERT INTO events (seq, at, case_id, task, type, actor, detail, hash) SELECT -n, now(), id, 1, CASE n % 2" \
           " WHEN 0 THEN 'followed' ELSE 'follower_noted' END, 'citizen', '{{}}', '' FROM cases, generate_series(1, 12000) AS n" \
           " WHERE reference = '{}'"


@check
def what_happens_to_a_case_that_thousands_follow_is_seen():
    case = Case()
    CITY.sql(FOLLOWED.format(case.reference))  # before all that the ledger has numbered
    case.staff("accept")
    case.staff("ask", "--question", "Nhà số mấy?")
    assert "Nhà số mấy?" in case.page("vi")
    case.say("answer", {"text": "Số 12"})
    case.staff("answer", "--result", "solved", "--text", "Đã nhắc nhở")
    steps = [event["type"] for event in case.read()["events"]]
    assert steps[0] == "received" and steps[-1] == "answered" and not {"followed", "follower_noted"} & set(steps), steps
    for path in (f"requests.json?service_request_id={case.reference}", f"requests/{case.reference}.json?k={case.secret}"):
        (request,) = json.loads(send("GET", f"/open311/v2/{path}&extensions=true")[2])
        assert request["notes"][-1]["type"] == "fixed", request
    assert json.loads(CITY.ctl("trace", case.reference, "--json"))["events"][-1]["type"] == "answered"
    CITY.sql("DELETE FROM events WHERE seq < 0")


sys.exit(CHECKS.run())
