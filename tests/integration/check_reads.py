#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_reads PORT BIN_DIR DIR - the reading half of the JSON API against a running city: lists with every
filter, cursors, similar cases nearby, statistics, keys with quotas, and web pages of other origins."""
import csv
import datetime
import http.client
import io
import json
import os
import re
import sys
import traceback
import urllib.parse

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "open311"))

from city import City  # noqa: E402
from description import Description  # noqa: E402

PORT, BIN_DIR, DIR = sys.argv[1:]
CITY, DESCRIPTION = City(BIN_DIR, DIR), Description()
CHECKS = []


def check(function):
    CHECKS.append(function)
    return function


def ask(method, path, query=None, body=None, **headers):
    headers = {name.replace("_", "-"): value for name, value in headers.items()}
    if query:
        path += "?" + urllib.parse.urlencode(query)
    connection = http.client.HTTPConnection("127.0.0.1", int(PORT), timeout=30)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer.status, answer.headers, content


def get(path, query=None, expected=200, **headers):
    status, _, content = ask("GET", "/api/v1/" + path, query, **headers)
    assert status == expected, f"{path} {query}: {status} {content[:300]}"
    return json.loads(content)


def make(description="Đèn đường tắt", **changes):
    case = {"service_code": "LIGHT", "description": description, "lat": 10.75, "lon": 106.65,
            "contact": {"name": "An", "phone": "0903123456"}, **changes}
    status, _, content = ask("POST", "/api/v1/cases", None, json.dumps(case).encode(), Content_Type="application/json")
    assert status == 201, content
    return json.loads(content)["reference"]


def join(reference):
    case = {"description": "Tôi cũng vậy", "anonymous": True}
    status, _, content = ask("POST", f"/api/v1/cases/{reference}/followers", None, json.dumps(case).encode(),
                             Content_Type="application/json")
    assert status == 201, content
    return json.loads(content)["reference"]


def references(query=None):
    return [case["reference"] for case in get("cases", query)["cases"]]


@check
def lists_have_the_newest_first_and_no_texts_before_they_are_published():
    made = [make("Số của tôi 0903999888") for _ in range(3)]
    assert references()[:3] == made[::-1]
    assert "0903999888" not in json.dumps(get("cases"))
    CITY.sql("INSERT INTO publications (case_id, reference, published_at, description) SELECT id, reference, now(), 'Đèn tắt'"
             f" FROM cases WHERE reference = '{made[0]}'")
    (case,) = [case for case in get("cases")["cases"] if case["reference"] == made[0]]
    assert case["description"] == "Đèn tắt" and (case["lat"], case["lon"]) == (10.75, 106.65)


@check
def what_is_published_is_read_by_reference_as_in_lists():
    told, blind = make("Số của tôi 0903999888"), make("Số của tôi 0903999888", service_code="BLIND")
    assert (get(f"cases/{told}")["description"], get(f"cases/{told}")["answer"]) == (None, None)
    CITY.sql("INSERT INTO publications (case_id, reference, published_at, description, answer) SELECT id, reference, now(),"
             f" 'Đèn tắt <3', 'Đã thay bóng' FROM cases WHERE reference IN ('{told}', '{blind}')")
    (listed,) = [case for case in get("cases")["cases"] if case["reference"] == told]
    case = get(f"cases/{told}")
    assert (case["description"], case["answer"]["text"]) == (listed["description"], listed["answer"]) == ("Đèn tắt <3", "Đã thay bóng")
    assert case["answer"]["result"] is None and case["answer"]["attachments"] == [] and "events" not in case
    for language, words in (("vi", "không có thông tin cá nhân"), ("en", "have no personal data")):
        _, _, page = ask("GET", f"/t/{told}", {"lang": language}, Accept="text/html")
        page = page.decode()
        assert "Đèn tắt &lt;3" in page and "Đã thay bóng" in page and words in page and "0903999888" not in page
    # What is in no list is told by its reference no more than that.
    assert (get(f"cases/{blind}")["description"], get(f"cases/{blind}")["answer"]) == (None, None)


@check
def what_nobody_may_follow_is_in_no_list():
    place = {"lat": 10.78, "lon": 106.78}
    blind = make(service_code="BLIND", **place)
    for query in (None, {"service": "BLIND"}, {"status": "open"}, {"updated_since": "2026-01-01T00:00:00Z"}):
        assert blind not in references(query), query
    assert get("cases/nearby", place) == []


@check
def each_filter_narrows():
    ward_one, ward_two = make(lat=10.75, lon=106.65), make(lat=10.75, lon=106.75)
    noise = make(service_code="NOISE")
    for query, inside, outside in (
            ({"service": "LIGHT"}, ward_one, noise), ({"service": "NOISE,STAFF"}, noise, ward_one),
            ({"unit": "W2"}, ward_two, ward_one), ({"unit": "D1,W1"}, ward_one, ward_two),
            ({"area": "W2"}, ward_two, ward_one), ({"state": "ASSIGNED", "area": "W1"}, ward_one, ward_two),
            ({"bbox": "106.7,10.7,106.8,10.8"}, ward_two, ward_one), ({"near": "10.75,106.75"}, ward_two, ward_one),
            ({"near": "10.75,106.75", "radius": "50000", "service": "NOISE"}, noise, ward_two)):
        found = references(query)
        assert inside in found and outside not in found, (query, found)
    assert references({"state": "CLOSED"}) == [] and references({"to": "2020-01-01"}) == []
    assert noise in references({"from": datetime.date.today().isoformat(), "status": "open"})
    assert noise in references({"updated_since": "2020-01-01"})


@check
def words_are_those_of_published_texts_on_every_path():
    place = {"lat": 10.77, "lon": 106.77}
    told, untold = make(**place), make(**place)
    CITY.sql("INSERT INTO publications (case_id, reference, published_at, description) SELECT id, reference, now(), 'Cây đổ'"
             f" FROM cases WHERE reference = '{told}'")
    for path in ({}, {"near": "10.77,106.77"}, {"updated_since": "2020-01-01"}, {"status": "open", "updated_since": "2020-01-01"}):
        assert references({**path, "q": "cay"}) == references({**path, "q": told}) == [told], path
        assert references({**path, "q": untold}) == [], path


@check
def what_a_filter_implies_is_understood():
    made = make()
    for query in ({"status": "open"}, {"state": "ASSIGNED"}, {"state": "ASSIGNED,ANSWERED", "status": "open"}):
        assert references({**query, "updated_since": "2020-01-01"})[0] == made, query
        assert references({**query, "updated_since": "2038-01-01"}) == []
    for query in ({"status": "open", "state": "ANSWERED"}, {"status": "closed", "state": "ASSIGNED"}):
        assert get("cases", query) == {"cases": [], "next": None}, query


@check
def cursors_lead_through_every_path():
    for query in ({}, {"service": "LIGHT"}, {"service": "LIGHT,NOISE"}, {"area": "W1"}, {"unit": "D1"}, {"status": "open"},
                  {"status": "open", "service": "LIGHT"}, {"near": "10.75,106.65"}, {"updated_since": "2020-01-01"},
                  {"updated_since": "2020-01-01", "status": "open"}):
        whole, found, cursor = references({**query, "limit": 100}), [], None
        while True:
            page = get("cases", {**query, "limit": 2, **({"cursor": cursor} if cursor else {})})
            found += [case["reference"] for case in page["cases"]]
            cursor = page["next"]
            if cursor is None:
                break
        assert found[:len(whole)] == whole and len(set(found)) == len(found), query


@check
def what_is_named_twice_is_shown_once():
    made = [make(lat=10.75, lon=106.65) for _ in range(2)]
    for query in ({"service": "LIGHT,LIGHT"}, {"service": "LIGHT,LIGHT", "status": "open"}, {"area": "W1,W1"}, {"unit": "D1,W1,D1"}):
        found = references({**query, "limit": 50})
        assert len(set(found)) == len(found) and (set(made) <= set(found) or "unit" in query), (query, found)


def expect_fault(path, query, name, rule, value, **headers):
    """This alone is wrong; rule None: whichever."""
    problem = get(path, query, 400, **headers)
    (fault,) = problem["errors"]
    assert problem["type"] == "/problems/invalid" and fault["pointer"] == "/" + name, problem
    assert rule in (None, fault["rule"]) and fault.get("value") == value, problem
    return problem


@check
def what_is_wrong_is_named():
    for name, value, rule in (
            ("limit", "0", "range"), ("limit", "x", "number"), ("from", "soon", "datetime"), ("bbox", "1,2,3", "number"),
            ("bbox", "9,9,1,1", "range"), ("near", "200,1", "range"), ("radius", "x", "number"), ("cursor", "x", "cursor"),
            ("status", "late", "choice"), ("state", "LATE", "choice"), ("service", "NONE", "service"), ("unit", "NONE", "unit"),
            ("area", "NONE", "area")):
        expect_fault("cases", {name: value}, name, rule, value)
    expect_fault("cases", {"from": "2026-02-01", "to": "2026-01-01"}, "to", "range", "2026-01-01")
    expect_fault("cases", {"bbox": "106,10,107,11", "near": "x"}, "near", "number", "x")
    for name, good in (("service", "LIGHT"), ("unit", "D1"), ("area", "W1"), ("state", "ASSIGNED"), ("status", "open")):
        problem = expect_fault("cases", {name: f"{good},NO,{good}"}, name, None, "NO", Accept_Language="en")
        assert '"NO"' in problem["errors"][0]["detail"] and len(problem["errors"]) == 1, problem
    expect_fault("cases/nearby", {"lat": "10", "lon": "106", "service": "NONE"}, "service", "service", "NONE")
    expect_fault("statistics", {"by": "colour"}, "by", "choice", "colour")
    expect_fault("statistics", {"month": "2026-03", "from": "x"}, "from", "datetime", "x")
    assert get("cases/nearby", {"lat": "10"}, 400)["errors"][0]["pointer"] == "/lon"
    assert get("cases/nearby", {}, 400)["errors"][0]["pointer"] == "/lat"
    assert get("statistics", {"from": "2024-01-01", "to": "2026-01-01"}, 400)["errors"][0]["rule"] == "span"


def get_changeset():
    """The catalogue's, as the door has it."""
    return json.loads(ask("GET", "/open311/v2/discovery.json")[2])["changeset"]


@check
def what_is_no_more_is_still_a_filter():
    gone = make()
    before = get_changeset()
    CITY.sql("INSERT INTO services SELECT (jsonb_populate_record(s, '{\"code\":\"OLD\",\"retired\":true}')).* FROM services AS s"
             " WHERE code = 'LIGHT'; INSERT INTO units SELECT (jsonb_populate_record(u, '{\"code\":\"OLD\",\"valid_until\":"
             "\"2020-12-31\"}')).* FROM units AS u WHERE code = 'D1'; UPDATE catalogue SET version = version + 1")
    CITY.change_cases(f"UPDATE cases SET service = 'OLD', unit = 'OLD', area = 'OLD' WHERE reference = '{gone}'")
    while get_changeset() == before:  # the door looks once a second
        pass
    assert "OLD" not in [unit["code"] for unit in get("units")] and get("services/OLD", None, 404)
    for name, other in (("service", "LIGHT"), ("unit", "D1"), ("area", "W1")):
        assert references({name: "OLD"}) == [gone] and gone in references({name: f"{other},OLD"}), name
        expect_fault("cases", {name: f"OLD,NEVER,{other}"}, name, name, "NEVER")
    assert get("cases/nearby", {"lat": 10.75, "lon": 106.65, "service": "OLD"})[0]["reference"] == gone


@check
def every_parameter_that_is_described_is_taken_once_and_no_other():
    spec = DESCRIPTION
    for path, needed in (("cases", {}), ("cases/nearby", {"lat": "10", "lon": "106"}), ("statistics", {}), ("statistics.csv", {}),
                         ("services", {}), ("units", {})):
        described = [spec.follow(each) for each in spec.spec["paths"]["/api/v1/" + path]["get"]["parameters"]]
        names = [each["name"] for each in described if each["in"] == "query"]
        query = {**dict.fromkeys(names, ""), "api_key": "", **needed}
        status, _, content = ask("GET", "/api/v1/" + path, query)
        assert status == 200, content
        for name in names:
            expect_fault(path, [*query.items(), (name, query[name])], name, "once", None)
        for name in ("kind", "sort", "language", "State", "x~y"):
            expect_fault(path, {**query, name: ""}, name.replace("~", "~0"), "unknown", None)


@check
def similar_cases_are_found_without_diacritics():
    place = {"lat": 10.72, "lon": 106.62}
    hole = make("Ổ gà trên đường Điện Biên Phủ", **place)
    lamp = make("Đèn trước chợ không sáng", **place)
    make("Ổ gà trên đường Điện Biên Phủ", lat=10.74, lon=106.62)
    found = [case["reference"] for case in get("cases/nearby", {**place, "text": "o ga dien bien phu"})]
    assert found[0] == hole and set(found) == {hole, lamp}, found
    found = [case["reference"] for case in get("cases/nearby", {**place, "text": "DEN KHONG SANG", "service": "LIGHT"})]
    assert found[0] == lamp
    assert get("cases/nearby", {**place, "service": "NOISE"}) == []
    assert len(get("cases/nearby", {**place, "limit": 1})) == 1
    CITY.change_cases(f"UPDATE cases SET answered_at = now() WHERE reference = '{hole}'")
    assert [case["reference"] for case in get("cases/nearby", place)] == [lamp]


@check
def statistics_count_what_waits_past_its_promise():
    CITY.sql("INSERT INTO measure_deltas (day, unit, service, measure, value) SELECT day::date, 'D1', 'LIGHT', measure, value"
             " FROM (VALUES ('2026-03-10', 'received', 9), ('2026-03-11', 'answered', 5), ('2026-03-12', 'answered', 3),"
             " ('2026-03-11', 'answered_on_time', 5), ('2026-03-12', 'answered_on_time', 1), ('2026-03-12', 'overdue', 9),"
             " ('2026-03-11', 'rated_5', 2), ('2026-03-12', 'rated_4', 1), ('2026-03-12', 'rated_1', 1),"
             " ('2026-03-12', 'apologised', 2), ('2026-03-12', 'apologised_on_time', 1),"
             " ('2026-02-01', 'answered', 100)) AS f (day, measure, value)")
    late = make()
    CITY.change_cases(
        "UPDATE cases SET received_at = '2026-03-01', due_at = '2026-03-05', answered_at = '2026-04-02'"
        f" WHERE reference = '{late}'")
    figures = get("statistics", {"month": "2026-03"})
    assert (figures["from"], figures["to"], figures["cut_off"]) == ("2026-03-01", "2026-03-31", "2026-04-01T00:00:00+07:00")
    total = figures["total"]
    assert (total["received"], total["answered"], total["answered_on_time"], total["open_past_due"]) == (9, 8, 6, 1)
    assert total["on_time"] == 0.6667 and total["on_time_of_answered"] == 0.75
    assert (total["rated"], total["satisfied"], total["rated_of_answered"]) == (4, 0.75, 0.5)
    assert (total["apology_letters"], total["apology_letters_on_time"]) == (2, 1)
    for what, owed in (("service = 'LIGHT'", 0), ("service = 'STAFF'", 1), ("apologised_at = '2026-04-01 12:00+07'", 1),
                       ("apologised_at = '2026-03-31 12:00+07'", 0), ("service = 'LIGHT', apologised_at = NULL", 0)):
        CITY.change_cases(f"UPDATE cases SET {what} WHERE reference = '{late}'")
        assert get("statistics", {"month": "2026-03"})["total"]["apology_letters_owed"] == owed, what
    (row,) = figures["rows"]
    assert row["code"] == "D1" and row["name"] == "Sở Một" and row["on_time"] == 0.6667
    assert get("statistics", {"from": "2026-04-01", "to": "2026-04-10"})["total"]["open_past_due"] == 0
    lead = make()
    waits = join(lead)
    for answered, expected in (("NULL", 2), ("'2026-04-03'", 2), ("'2026-03-30'", 1)):  # by the own date, whoever is waited for
        CITY.change_cases("UPDATE cases SET received_at = '2026-03-01', due_at = '2026-03-05', "
                          f"closed_at = '2026-03-02', answered_at = {answered} WHERE reference = '{waits}'")
        assert get("statistics", {"month": "2026-03"})["total"]["open_past_due"] == expected, answered
    assert get("statistics", {"month": "2026-03", "by": "field"})["rows"][0]["name"] == "Hạ tầng kỹ thuật"
    assert get("statistics", {"month": "2026-03"}, Accept_Language="en")["formula"].startswith("On time")
    _, headers, content = ask("GET", "/api/v1/statistics.csv", {"month": "2026-03", "by": "service"})
    rows = list(csv.DictReader(io.StringIO(content.decode())))
    assert headers["Content-Type"] == "text/csv; charset=utf-8"
    assert [row["service"] for row in rows] == ["LIGHT", ""] and rows[0]["on_time"] == "0.6667"


@check
def statistics_of_now_are_those_of_the_ledger():
    before = get("statistics")["total"]["received"]
    make()
    assert get("statistics")["total"]["received"] == before + 1


@check
def an_etag_saves_sending_the_same_again():
    reference = make()
    for path in (f"cases/{reference}", "cases", "services", "services/LIGHT", "units", "statistics"):
        status = 200
        for _ in range(2 if path == "statistics" else 1):  # these may be counted anew between the two
            _, headers, _ = ask("GET", "/api/v1/" + path)
            if status == 200:
                status, _, content = ask("GET", "/api/v1/" + path, If_None_Match=headers["ETag"])
        assert (status, content) == (304, b""), path


@check
def a_key_has_its_quota_and_its_pages():
    key = CITY.ctl("keys", "api", "page", "--quota", "3", "--origins", "https://a.example,https://b.example")
    while ask("GET", "/api/v1/units", {"api_key": key})[0] == 403:
        pass
    bearer = {"Authorization": f"Bearer {key}"}
    answers = [ask("GET", "/api/v1/units", None, None, **bearer) for _ in range(4)]
    status, headers, _ = answers[-1]
    assert status == 429 and int(headers["Retry-After"]) >= 1, (status, headers)
    assert headers["RateLimit-Policy"] == '"key";q=3;w=60' and headers["RateLimit"].startswith('"key";r=0;t=')
    CITY.sql("UPDATE door_keys SET quota = 0 WHERE name = 'page'; UPDATE catalogue SET version = version + 1")
    while ask("GET", "/api/v1/units", None, None, **bearer)[0] == 429:
        pass
    _, headers, _ = ask("GET", "/api/v1/units", None, None, Origin="https://a.example", **bearer)
    assert headers["Access-Control-Allow-Origin"] == "https://a.example" and headers["Vary"] == "Origin"
    assert ask("GET", "/api/v1/units", None, None, Origin="https://c.example", **bearer)[0] == 403
    _, headers, _ = ask("GET", "/api/v1/units", Origin="https://c.example")
    assert headers["Access-Control-Allow-Origin"] == "*"
    for operation in DESCRIPTION.operations():
        method, path = operation.upper().split(" ")[0], re.sub("{(format)?.*?}", lambda m: "json" if m[1] else "x", operation.split(" ")[1])
        if not path.startswith(("/api/", "/open311/")):
            continue
        for origin, allowed in (("https://b.example", True), ("https://c.example", method == "GET")):
            status, headers, _ = ask("OPTIONS", path, Origin=origin, Access_Control_Request_Method=method)
            assert status == 204, (operation, status)
            assert (headers["Access-Control-Allow-Origin"] == origin) == allowed, (origin, operation)
            assert not allowed or method in headers["Access-Control-Allow-Methods"].split(", "), operation
    CITY.ctl("keys", "shut", "page")
    while ask("GET", "/api/v1/units", None, None, **bearer)[0] == 200:
        pass
    assert get("units", None, 403, **bearer)["type"] == "/problems/key-unknown"


@check
def a_page_reads_what_its_script_needs():
    page = {"Origin": "https://d.example"}
    make()
    for path, names in (("/api/v1/cases?limit=1", ("ETag", "Link", "RateLimit")), ("/open311/v2/requests.json?page_size=1", ("ETag", "Link"))):
        status, headers, _ = ask("GET", path, **page)
        exposed = headers["Access-Control-Expose-Headers"].split(", ")
        assert status == 200 and headers["Access-Control-Allow-Origin"] == "*"
        assert set(names) <= set(exposed), exposed
    case = {"service_code": "LIGHT", "description": "x", "lat": 10.75, "lon": 106.65, "contact": {"name": "An", "phone": "0903123456"}}
    status, headers, _ = ask("POST", "/api/v1/cases", None, json.dumps(case), Content_Type="application/json", **page)
    assert status == 201 and headers["Location"] and "Location" in headers["Access-Control-Expose-Headers"]
    # Why a key is refused, every page may read: it has none of its own.
    key = CITY.ctl("keys", "api", "elsewhere", "--origins", "https://a.example")
    while ask("GET", "/api/v1/units", {"api_key": key})[0] == 403:
        pass
    for path, query, expected in (("/api/v1/units", {"api_key": "none"}, 403), ("/open311/v2/services.json", {"api_key": "none"}, 403),
                                  ("/api/v1/webhooks", None, 401), ("/api/v1/units", {"api_key": key}, 403)):
        status, headers, content = ask("GET", path, query, **page)
        assert (status, headers["Access-Control-Allow-Origin"]) == (expected, "*"), (path, status)
        assert b"problems/key-" in content or b"api_key" in content
    # Likewise why nothing is there, or it cannot be taken.
    for method, path, body, expected, what in (
            ("GET", "/api/v1/nothing", None, 404, "/problems/no-path"), ("DELETE", "/api/v1/units", None, 405, "/problems/method"),
            ("POST", "/api/v1/cases", "x" * 70000, 413, "/problems/too-large"), ("DELETE", "/open311/v2/services.json", None, 405, None)):
        status, headers, content = ask(method, path, None, body, Content_Type="application/json", Accept="text/html", **page)
        assert (status, headers["Access-Control-Allow-Origin"]) == (expected, "*"), (path, status, content)
        assert "Retry-After" in headers["Access-Control-Expose-Headers"] and (expected != 405 or "GET" in headers["Allow"])
        assert what is None or json.loads(content)["type"] == what, content
    CITY.ctl("keys", "shut", "elsewhere")


def main():
    broken = 0
    for function in CHECKS:
        try:
            function()
            print(f"holds   {function.__name__}")
        except Exception:  # the others are still of interest
            broken += 1
            print(f"BROKEN  {function.__name__}\n{traceback.format_exc()}")
    return 1 if broken else 0


sys.exit(main())
