#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""clauses FORMAT PORT STRICT_PORT BIN_DIR DIR - plays GeoReport v2 clause by clause against a running city.

Each row of the table is a section of the specification (https://wiki.open311.org/GeoReport_v2/ and
Service_Discovery; "Extensions" are what other cities' servers have added), what it asks for, and
a function that asks for it in FORMAT, xml or json. STRICT_PORT is a door that wants keys and has a
jurisdiction. Prints a line for each clause; fails when one does not hold.
"""
import base64
import datetime
import json
import re
import sys
import traceback
import urllib.parse
import xml.etree.ElementTree as ElementTree

sys.dont_write_bytecode = True

from city import DATATYPES, City  # noqa: E402
from door import Door  # noqa: E402

CLAUSES = []
MOMENT = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$")
GOOD = {"service_code": "PLAIN", "lat": "10.751234", "long": "106.651234", "description": "Đèn đường tắt",
        "first_name": "An", "last_name": "Nguyễn", "phone": "0903123456"}
JURISDICTION = "city.example"
# One grey pixel, a baseline JPEG.
PICTURE = base64.b64decode(
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP////////////////////////////////////////////////////////////////////////////"
    "//////////wAALCAABAAEBAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIh"
    "MUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhI"
    "WGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/9oACAEBAAA/ACv/"
    "2Q==")


def clause(section, text):
    def keep(function):
        CLAUSES.append((section, text, function))
        return function
    return keep


class Play:
    """What a clause is given: the doors, the format, and short ways to ask."""

    def __init__(self, door, strict, city, key):
        self.door, self.strict, self.city, self.key = door, strict, city, key
        self.format = None

    def get(self, what, query=None, **headers):
        return self.door.get(f"{what}.{self.format}", query, **headers)

    def post(self, **changes):
        return self.post_form({**GOOD, **changes})

    def post_form(self, form):
        return self.door.post(f"requests.{self.format}", form)

    def make(self, **changes):
        """A new request's id."""
        answer = self.post(**changes)
        assert answer.status == 201, answer.text
        return answer.document[0]["service_request_id"]

    def read(self, request_id, query=None):
        answer = self.get(f"requests/{request_id}", query)
        assert answer.status == 200, answer.text
        return answer.document[0]

    def ids(self, query):
        answer = self.get("requests", query)
        assert answer.status == 200, answer.text
        return [request["service_request_id"] for request in answer.document]

    def end(self, request_id, days_ago=0):
        """Answers and closes it, as the unit would have."""
        self.city.change_cases(
            f"UPDATE cases SET state = 'ANSWERED', answered_at = now() - interval '{days_ago} days'"
            f" WHERE reference = '{request_id}'")

    def shift(self, request_id, days):
        """Makes it so much older, its id with it."""
        self.city.change_cases(
            "UPDATE cases SET received_at = received_at - interval '%d days', id = (lpad(to_hex((extract(epoch from"
            " received_at - interval '%d days') * 1000)::bigint), 12, '0') || substr(replace(id::text, '-', ''), 13))"
            "::uuid WHERE reference = '%s'" % (days, days, request_id))


def check_errors(answer, status, *words):
    assert answer.status == status, f"{answer.status} instead of {status}: {answer.text}"
    errors = answer.document
    assert errors and isinstance(errors, list), answer.text
    for error in errors:
        assert error["code"].isdigit() and error["description"], error
    text = " ".join(error["description"] for error in errors)
    for word in words:
        assert word in text, f"{word!r} is not in {text!r}"


def secret_of(answer):
    """Of the tracking link in the notice."""
    return re.search(r"\?k=([\w-]+)", answer["service_notice"]).group(1)


def moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def days_from_now(days):
    return (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ")


# ---- Service Discovery ----

@clause("Service Discovery", "discovery is there in the format, with every field")
def _(p):
    document = p.get("discovery").document
    assert {"changeset", "contact", "key_service", "endpoints"} <= set(document)
    for endpoint in document["endpoints"]:
        assert set(endpoint) == {"specification", "url", "changeset", "type", "formats"}
        assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
        assert endpoint["formats"] == ["text/xml", "application/json"]


@clause("Service Discovery", "production and test endpoints, each with its own address")
def _(p):
    document = p.strict.get(f"discovery.{p.format}").document
    assert [endpoint["type"] for endpoint in document["endpoints"]] == ["production", "test"]
    assert len({endpoint["url"] for endpoint in document["endpoints"]}) == 2


@clause("Service Discovery", "changeset can be sorted, and moves when the services do")
def _(p):
    before = p.get("discovery").document["changeset"]
    p.city.sql("UPDATE catalogue SET version = version + 1")
    after = before
    while after == before:  # the door looks once a second
        after = p.get("discovery").document["changeset"]
    assert after > before


# ---- Internationalization and Encoding ----

@clause("Date/time format", "dates have a time zone")
def _(p):
    request = p.read(p.make())
    for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
        assert MOMENT.match(request[name]), request[name]


@clause("Date/time format", "moments are understood with Z, with an offset, and with a plus that became a space")
def _(p):
    made = p.make()
    at = moment(p.read(made)["requested_datetime"])
    for text in (at.astimezone(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"), at.isoformat(),
                 at.isoformat().replace("+", " ")):
        assert made in p.ids({"start_date": text, "service_code": "PLAIN"}), text


@clause("Date/time format", "what is no date is refused")
def _(p):
    for text in ("yesterday", "2026-13-01", "2026-02-30T00:00:00Z", "2026-01-01T25:00:00Z"):
        check_errors(p.get("requests", {"start_date": text}), 400, "start_date")


@clause("Encoding", "UTF-8 everywhere, Vietnamese comes back as it was sent")
def _(p):
    text = "Ổ gà lớn trước số 12 đường Nguyễn Thị Minh Khai; nguy hiểm! <b>&amp;</b> \"x\""
    answer = p.post(description=text, account_id="Tài khoản số 1")
    assert answer.status == 201 and answer.document[0]["account_id"] == "Tài khoản số 1", answer.text
    request = p.read(answer.document[0]["service_request_id"], {"k": secret_of(answer.document[0])})
    assert request["description"] == text, request


@clause("Encoding", "XML begins with its declaration and encoding")
def _(p):
    for what in ("services", "requests", "discovery"):
        if p.format == "xml":
            assert p.get(what).text.lower().startswith('<?xml version="1.0" encoding="utf-8"?>')


@clause("Format Support", "the content type is that of the format, with its charset")
def _(p):
    kind = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}[p.format]
    for what in ("discovery", "services", "services/FORM", "requests", "services/NONE"):
        assert p.get(what).type == kind, what
    assert p.post().type == kind
    assert p.post(service_code="NONE").type == kind


@clause("Format Support", "another format does not exist")
def _(p):
    assert p.door.get("services.html").status == 404
    assert p.door.get("requests.csv").status == 404


@clause("Format Support", "without a format Accept decides, and XML is the default")
def _(p):
    kind, other = {"xml": ("text/xml", "application/json"), "json": ("application/json", "text/xml")}[p.format]
    for accept in (kind, f"{kind}, {other};q=0.1", f"{other};q=0, {kind};q=0.9", f"{other};q=0.5,{kind};q=0.6, */*;q=0.1"):
        answer = p.door.get("services", Accept=accept)
        assert answer.type.startswith(kind), (accept, answer.type)
        assert "Accept" in answer.headers["Vary"].split(", "), answer.headers
    assert p.door.get("services", Accept="*/*").type.startswith("text/xml")
    assert p.door.get("services").type.startswith("text/xml")


@clause("XML Support", "no namespaces, no attributes of elements")
def _(p):
    if p.format != "xml":
        return
    for what in ("discovery", "services", "services/FORM", "requests"):
        for element in ElementTree.fromstring(p.get(what).body).iter():
            assert not element.attrib and "}" not in element.tag, element.tag


@clause("JSON Support", "the Spark convention: lists have no wrapper, numbers and booleans are typed")
def _(p):
    if p.format != "json":
        return
    made = p.make()
    services = json.loads(p.get("services").body)
    definition = json.loads(p.get("services/FORM").body)
    request = json.loads(p.get(f"requests/{made}").body)
    assert isinstance(services, list) and services[0]["metadata"] in (True, False)
    assert isinstance(definition, dict) and definition["attributes"][0]["order"] == 1
    assert definition["attributes"][0]["required"] is False
    assert isinstance(request, list) and isinstance(request[0]["lat"], float)


@clause("JSON Support", "what is not there is left out: no nulls")
def _(p):
    if p.format != "json":
        return
    made = p.make()
    for what in ("services", "services/FORM", "requests", f"requests/{made}", "discovery", "servicerequestupdates"):
        assert b"null" not in p.get(what).body, what
    assert b"null" not in p.post().body


# ---- Definitions ----

@clause("jurisdiction_id", "a city alone may ignore it")
def _(p):
    for value in (None, "", "anything"):
        assert p.get("services", {"jurisdiction_id": value}).status == 200


@clause("jurisdiction_id", "one that has a name takes its own and none, and says 404 to others")
def _(p):
    for what in ("services", "services/FORM", "requests", "servicerequestupdates", "discovery"):
        path = f"{what}.{p.format}"
        assert p.strict.get(path, {"jurisdiction_id": JURISDICTION}).status == 200, what
        assert p.strict.get(path).status == 200, what
        check_errors(p.strict.get(path, {"jurisdiction_id": "other.example"}), 404, "jurisdiction_id")
    form = {**GOOD, "api_key": p.key, "jurisdiction_id": "other.example"}
    check_errors(p.strict.post(f"requests.{p.format}", form), 404, "jurisdiction_id")


@clause("Optional Arguments", "an empty parameter is the same as none")
def _(p):
    empty = {name: "" for name in ("jurisdiction_id", "service_request_id", "service_code", "start_date", "end_date",
                                   "status", "page", "page_size", "updated_after", "updated_before", "lat", "long",
                                   "radius", "api_key", "extensions", "cursor")}
    assert p.get("requests", empty).body == p.get("requests").body
    answer = p.post(email="", address_string="", address_id="", device_id="", account_id="", media_url="",
                    **{"attribute[x]": ""})
    assert answer.status == 201, answer.text


# ---- GET Service List ----

@clause("GET Service List", "each service has every field")
def _(p):
    for service in p.get("services").document:
        assert {"service_code", "service_name", "description", "metadata", "type", "group"} <= set(service), service
        assert set(service) <= {"service_code", "service_name", "description", "metadata", "type", "group", "keywords"}


@clause("GET Service List", "metadata is true exactly where there are questions")
def _(p):
    for service in p.get("services").document:
        definition = p.get("services/" + service["service_code"]).document
        assert service["metadata"] == ("true" if definition.get("attributes") else "false"), service


@clause("GET Service List", "type is realtime, batch or blackbox")
def _(p):
    types = {service["service_code"]: service["type"] for service in p.get("services").document}
    assert (types["PLAIN"], types["BATCH"], types["BLIND"]) == ("realtime", "batch", "blackbox")


@clause("GET Service List", "keywords are separated by commas")
def _(p):
    found = {service["service_code"]: service.get("keywords") for service in p.get("services").document}
    assert found["FORM"] == "mẫu, form" and not found["PLAIN"]


@clause("GET Service List", "no key is needed")
def _(p):
    assert p.strict.get(f"services.{p.format}").status == 200


@clause("GET Service List", "names in the language that Accept-Language asks for")
def _(p):
    for language, name in (("vi", "Không câu hỏi"), ("en", "No questions")):
        services = p.get("services", **{"Accept-Language": language}).document
        assert name in [service["service_name"] for service in services]


# ---- GET Service Definition ----

@clause("GET Service Definition", "an attribute of each datatype, with every field, in its order")
def _(p):
    definition = p.get("services/FORM").document
    assert definition["service_code"] == "FORM"
    attributes = definition["attributes"]
    assert [a["datatype"] for a in attributes] == [*DATATYPES, "text"]
    assert [a["order"] for a in attributes] == [str(n) for n in range(1, len(attributes) + 1)]
    for attribute in attributes:
        assert {"variable", "code", "datatype", "required", "order", "description"} <= set(attribute)


@clause("GET Service Definition", "required and datatype_description are told")
def _(p):
    attributes = {a["code"]: a for a in p.get("services/FORM").document["attributes"]}
    assert attributes["q_number"]["required"] == "true" and attributes["q_string"]["required"] == "false"
    assert attributes["q_number"]["datatype_description"] == "Gợi ý"


@clause("GET Service Definition", "variable is false for what is only shown")
def _(p):
    attributes = {a["code"]: a for a in p.get("services/FORM").document["attributes"]}
    assert attributes["notice"]["variable"] == "false" and attributes["q_text"]["variable"] == "true"


@clause("GET Service Definition", "lists have values with key and name, the others none")
def _(p):
    for attribute in p.get("services/FORM").document["attributes"]:
        values = attribute.get("values") or []
        expected = ["a", "b", "c"] if attribute["datatype"].endswith("list") else []
        assert [value["key"] for value in values] == expected
        assert all(value["name"] for value in values)


@clause("GET Service Definition", "404 for an unknown service_code")
def _(p):
    check_errors(p.get("services/NONE"), 404, "service_code")


# ---- POST Service Request ----

@clause("POST Service Request", "a good one is answered with service_request_id and service_notice, without token")
def _(p):
    answer = p.post()
    assert answer.status == 201, answer.text
    (request,) = answer.document
    assert request["service_request_id"] and request["service_notice"] and "token" not in request


@clause("POST Service Request", "account_id comes back, and is not made up")
def _(p):
    assert p.post(account_id="123456").document[0]["account_id"] == "123456"
    assert "account_id" not in p.post().document[0]


@clause("POST Service Request", "one of lat and long, address_string, or address_id is needed")
def _(p):
    form = {name: value for name, value in GOOD.items() if name not in ("lat", "long")}
    check_errors(p.post_form(form), 400, "lat")
    for place in ({"address_string": "12 Lê Lợi"}, {"address_id": "A-17"}, {"lat": "10.7", "long": "106.7"}):
        answer = p.post_form({**form, **place})
        assert answer.status == 201, (place, answer.text)


@clause("POST Service Request", "lat and long both need to be sent, as numbers on the globe")
def _(p):
    check_errors(p.post(lat=""), 400, "lat")
    check_errors(p.post(long=""), 400, "long")
    check_errors(p.post(lat="north"), 400, "lat")
    check_errors(p.post(lat="91"), 400, "lat")
    check_errors(p.post(long="-181"), 400, "long")


@clause("POST Service Request", "400 when service_code was not provided, 404 when there is none such")
def _(p):
    check_errors(p.post(service_code=""), 400, "service_code")
    check_errors(p.post(service_code="NONE"), 404, "service_code")


@clause("POST Service Request", "description has line breaks, and at most 4,000 characters")
def _(p):
    assert p.post(description="một\r\nhai\nba").status == 201
    assert p.post(description="ộ" * 4000).status == 201
    check_errors(p.post(description="ộ" * 4001), 400, "description")


@clause("POST Service Request", "without a description the case is called what its service is, in the sender's language")
def _(p):
    for language, name in (("vi", "Không câu hỏi"), ("en", "No questions")):
        for form in ({**GOOD, "description": ""}, {**GOOD, "description": " \n"},
                     {field: value for field, value in GOOD.items() if field != "description"}):
            answer = p.door.post(f"requests.{p.format}", form, **{"Accept-Language": language})
            assert answer.status == 201, answer.text
            (made,) = answer.document
            assert p.read(made["service_request_id"], {"k": secret_of(made)})["description"] == name


@clause("POST Service Request", "any part of a contact will do, but where the law wants to know who it is")
def _(p):
    form = {name: value for name, value in GOOD.items() if name not in ("first_name", "last_name", "phone")}
    contacts = [{"email": "an@example.vn"}, {"phone": "0903123456"}, {"first_name": "An"}, {"last_name": "Nguyễn"}]
    for contact in ({}, *contacts):
        answer = p.post_form({**form, **contact})
        assert answer.status == 201, (contact, answer.text)
    for contact in contacts:
        named = p.post_form({**form, **contact, "service_code": "NAMED"})
        check_errors(named, 400, "phone" if "first_name" in contact or "last_name" in contact else "first_name")
    check_errors(p.post_form({**form, "service_code": "NAMED"}), 400, "email")
    assert p.post(service_code="NAMED").status == 201


@clause("POST Service Request", "attribute[code]=value for each datatype, and several for a multivaluelist")
def _(p):
    form = [*{**GOOD, "service_code": "FORM"}.items(), ("attribute[q_string]", "một dòng"),
            ("attribute[q_number]", "12.5"), ("attribute[q_datetime]", "2026-11-25T08:00:00+07:00"),
            ("attribute[q_text]", "dòng một\ndòng hai"), ("attribute[q_singlevaluelist]", "a"),
            ("attribute[q_multivaluelist][]", "a"), ("attribute[q_multivaluelist][]", "c")]
    answer = p.post_form(form)
    assert answer.status == 201, answer.text


@clause("POST Service Request", "a required attribute that is missing is named")
def _(p):
    check_errors(p.post(service_code="FORM"), 400, "attribute[q_number]")


@clause("POST Service Request", "a value of the wrong type, or not on the list, is named")
def _(p):
    good = {"service_code": "FORM", "attribute[q_number]": "1"}
    assert p.post(**good).status == 201
    for name, value in (("q_number", "many"), ("q_datetime", "soon"), ("q_singlevaluelist", "z"),
                        ("q_multivaluelist", "z"), ("unknown", "x")):
        check_errors(p.post(**{**good, f"attribute[{name}]": value}), 400, f"attribute[{name}]")


@clause("POST Service Request", "several mistakes are several errors")
def _(p):
    answer = p.post(lat="x", description="x" * 4001, phone="12")
    check_errors(answer, 400, "lat", "description", "phone")
    assert len(answer.document) >= 3


@clause("POST Service Request", "unknown fields are ignored")
def _(p):
    assert p.post(device_id="tt222111", requested_datetime="2026-01-01T00:00:00Z", colour="red").status == 201


@clause("POST Service Request", "media_url is kept and given back; it may come several times")
def _(p):
    urls = ["https://example.vn/1.jpg", "https://example.vn/2.jpg", "https://example.vn/3.jpg"]
    for sent in (urls[:1], urls):
        answer = p.post_form([*GOOD.items(), *[("media_url", url) for url in sent]])
        assert answer.status == 201, answer.text
        (made,) = answer.document
        request = p.read(made["service_request_id"], {"k": secret_of(made), "extensions": "true"})
        assert request["media_url"] == urls[0]
        assert request["extended_attributes"]["media_urls"] == sent
    check_errors(p.post(media_url="javascript:alert(1)"), 400, "media_url")


@clause("POST Service Request", "the sender's name, phone and e-mail are checked and never shown")
def _(p):
    check_errors(p.post(email="nobody"), 400, "email")
    made = p.make(email="an.nguyen@example.vn", phone="0903999888")
    for text in (p.get(f"requests/{made}").text, p.get("requests").text):
        assert "an.nguyen" not in text and "0903999888" not in text and "Nguyễn" not in text


@clause("POST Service Request", "Content-Type application/x-www-form-urlencoded, with a charset or not")
def _(p):
    for kind in ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-8",
                 "application/x-www-form-urlencoded;charset=UTF-8"):
        answer = p.door.post(f"requests.{p.format}", GOOD, **{"Content-Type": kind})
        assert answer.status == 201, (kind, answer.text)


@clause("POST Service Request", "what is no form is refused")
def _(p):
    answer = p.door.send("POST", f"requests.{p.format}", b"{}", {"Content-Type": "application/json"})
    check_errors(answer, 400)


@clause("POST Service Request", "an api_key is needed where the city says so")
def _(p):
    path = f"requests.{p.format}"
    check_errors(p.strict.post(path, GOOD), 403, "api_key")
    check_errors(p.strict.post(path, {**GOOD, "api_key": "wrong"}), 403, "api_key")
    assert p.strict.post(path, {**GOOD, "api_key": p.key}).status == 201
    assert p.strict.post(f"{path}?api_key={p.key}", GOOD).status == 201


@clause("POST Service Request", "a batch service answers with a token alone, and its notice tells no id")
def _(p):
    (request,) = p.post(service_code="BATCH").document
    assert request["token"] and "service_request_id" not in request
    assert not re.search(r"[2-9A-Z]{5}-[2-9A-Z]{5}", request["service_notice"])


@clause("POST Service Request", "a blackbox service answers with neither, and its requests cannot be found")
def _(p):
    (request,) = p.post(service_code="BLIND").document
    assert set(request) == {"service_notice"}
    made = p.city.sql("SELECT reference FROM cases WHERE service = 'BLIND' ORDER BY id DESC LIMIT 1")
    assert p.get(f"requests/{made}").status == 404
    assert p.ids({"service_code": "BLIND"}) == [] and p.ids({"service_request_id": made}) == []
    assert made not in p.ids({})


# ---- GET service_request_id from a token ----

@clause("GET service_request_id from a token", "the token alone while nobody has the case, then the id too")
def _(p):
    token = p.post(service_code="BATCH").document[0]["token"]
    assert p.get(f"tokens/{token}").document == [{"token": token}]
    p.city.sql(f"UPDATE cases SET state = 'ASSIGNED' WHERE id = '{token}'")
    (request,) = p.get(f"tokens/{token}").document
    assert request["token"] == token
    assert p.read(request["service_request_id"])["service_code"] == "BATCH"


@clause("GET service_request_id from a token", "404 for an unknown token, and for a request of a blackbox service")
def _(p):
    assert p.post(service_code="BLIND").status == 201
    hidden = p.city.sql("UPDATE cases SET state = 'ASSIGNED' WHERE id = (SELECT id FROM cases WHERE service = 'BLIND'"
                        " ORDER BY id DESC LIMIT 1) RETURNING id")
    for token in ("00000000-0000-7000-8000-000000000000", "nonsense", hidden):
        check_errors(p.get(f"tokens/{token}"), 404, "token")


# ---- GET Service Requests ----

@clause("GET Service Requests", "the newest first")
def _(p):
    made = [p.make() for _ in range(3)]
    assert p.ids({})[:3] == made[::-1]


@clause("GET Service Requests", "service_request_id: several, separated by commas; it overrides all else")
def _(p):
    made = [p.make(), p.make()]
    query = {"service_request_id": ",".join(made), "status": "closed", "service_code": "LIGHT",
             "start_date": days_from_now(-400), "end_date": days_from_now(-1)}
    assert sorted(p.ids(query)) == sorted(made)
    assert p.ids({"service_request_id": made[0] + ",ZZZZZ-ZZZZZ"}) == [made[0]]


@clause("GET Service Requests", "service_code: several, separated by commas; all when it is not there")
def _(p):
    plain, light = p.make(), p.make(service_code="LIGHT")
    assert light not in p.ids({"service_code": "PLAIN"}) and plain in p.ids({"service_code": "PLAIN"})
    both = p.ids({"service_code": "PLAIN, LIGHT"})
    assert plain in both and light in both
    # The errors that the specification has for a list leave a code that nobody knows out: no request has it.
    assert p.ids({"service_code": "NONE"}) == [] and plain in p.ids({"service_code": "NONE,PLAIN"})


@clause("GET Service Requests", "status: open or closed; all when it is not there")
def _(p):
    opened, closed = p.make(), p.make()
    p.end(closed)
    assert p.read(opened)["status"] == "open" and p.read(closed)["status"] == "closed"
    for query in ({}, {"service_code": "PLAIN"}):
        assert opened in p.ids({**query, "status": "open"}) and closed not in p.ids({**query, "status": "open"})
        assert closed in p.ids({**query, "status": "closed"}) and opened not in p.ids({**query, "status": "closed"})
        assert {opened, closed} <= set(p.ids({**query, "status": "open,closed"}))
    check_errors(p.get("requests", {"status": "open,late"}), 400, "status", '"late"')


@clause("GET Service Requests", "without dates the last 90 days count")
def _(p):
    old, older = p.make(), p.make()
    p.shift(old, 89)
    p.shift(older, 91)
    found = p.ids({})
    assert old in found and older not in found


@clause("GET Service Requests", "start_date and end_date bound requested_datetime, both inclusive")
def _(p):
    made = p.make()
    p.shift(made, 120)
    at = p.read(made)["requested_datetime"]
    assert made in p.ids({"start_date": at, "end_date": days_from_now(-119)})
    assert made not in p.ids({"start_date": days_from_now(-119), "end_date": days_from_now(-100)})
    assert made not in p.ids({"start_date": days_from_now(-130), "end_date": days_from_now(-121)})


@clause("GET Service Requests", "start_date and end_date may not span more than 90 days")
def _(p):
    assert p.get("requests", {"start_date": days_from_now(-90), "end_date": days_from_now(0)}).status == 200
    check_errors(p.get("requests", {"start_date": days_from_now(-92), "end_date": days_from_now(0)}), 400, "end_date")
    for what, span in (("requests", 90), ("servicerequestupdates", 31)):
        start, end, late = ((datetime.date(2026, 1, 1) + datetime.timedelta(days=days)).isoformat() for days in (0, span, span + 1))
        assert p.get(what, {"start_date": start, "end_date": end}).status == 200
        check_errors(p.get(what, {"start_date": start, "end_date": late}), 400, "end_date")


@clause("GET Service Requests", "with one of the dates, 90 days from it")
def _(p):
    made = p.make()
    p.shift(made, 150)
    assert made in p.ids({"start_date": days_from_now(-160)}) and made in p.ids({"end_date": days_from_now(-140)})
    assert made not in p.ids({"start_date": days_from_now(-260)}) and made not in p.ids({"end_date": days_from_now(-40)})


@clause("GET Service Requests", "every field, and closed requests are updated when they were closed")
def _(p):
    made = p.make()
    p.end(made)
    (request,) = p.get("requests", {"service_request_id": made}).document
    assert {"service_request_id", "status", "service_name", "service_code", "agency_responsible",
            "requested_datetime", "updated_datetime", "expected_datetime", "address", "lat", "long"} <= set(request)
    answered = p.city.sql(f"SELECT extract(epoch FROM answered_at)::bigint FROM cases WHERE reference = '{made}'")
    assert abs(moment(request["updated_datetime"]).timestamp() - int(answered)) <= 1


@clause("GET Service Requests", "expected_datetime is the promise of the receipt")
def _(p):
    request = p.read(p.make())
    assert moment(request["expected_datetime"]) > moment(request["requested_datetime"])


@clause("GET Service Requests", "the place is that of a square of 100 metres; only what happens in the street has one")
def _(p):
    request = p.read(p.make())
    assert (request["lat"], request["long"]) == ("10.751", "106.651")
    assert "lat" not in p.read(p.make(service_code="STAFF", unit="D1"))


@clause("GET Service Requests", "texts are shown once they are published")
def _(p):
    made = p.make(description="Số điện thoại của tôi là 0903123456")
    assert "description" not in p.read(made)
    p.city.sql("INSERT INTO publications (case_id, reference, published_at, description, answer) SELECT id, reference, now(),"
               f" 'Đèn tắt ở đường Lê Lợi', 'Đã thay bóng' FROM cases WHERE reference = '{made}'")
    request = p.read(made)
    assert request["description"] == "Đèn tắt ở đường Lê Lợi" and request["status_notes"] == "Đã thay bóng"


@clause("Response Volume", "at most 1000 requests")
def _(p):
    answer = p.get("requests", {"page_size": "1000"})
    assert answer.status == 200 and len(answer.document) <= 1000
    check_errors(p.get("requests", {"page_size": "1001"}), 400, "page_size")


# ---- GET Service Request ----

@clause("GET Service Request", "a list of one, the same as in the list")
def _(p):
    made = p.make()
    assert p.get(f"requests/{made}").document == p.get("requests", {"service_request_id": made}).document


@clause("GET Service Request", "an empty k is the same as none")
def _(p):
    made = p.make()
    assert p.read(made, {"k": ""}) == p.read(made)


@clause("GET Service Request", "404 for an unknown id")
def _(p):
    for unknown in ("22222-22222", "638344", "x"):
        check_errors(p.get(f"requests/{unknown}"), 404, "service_request_id")


@clause("GET Service Request", "the tracking link's secret shows what the sender said; a wrong one is an unknown id")
def _(p):
    answer = p.post(address_string="12 Lê Lợi", address_id="A-17").document[0]
    secret = secret_of(answer)
    request = p.read(answer["service_request_id"], {"k": secret})
    assert request["description"] == GOOD["description"] and request["address"] == "12 Lê Lợi"
    assert request["lat"] == GOOD["lat"] and request["address_id"] == "A-17"
    check_errors(p.get(f"requests/{answer['service_request_id']}", {"k": "A" * 22}), 404)


@clause("GET Service Request", "the secret's holder sees nothing less than the public does")
def _(p):
    answer = p.post().document[0]
    made = answer["service_request_id"]
    for query in ({}, {"extensions": "true"}):
        public, private = p.read(made, query), p.read(made, {**query, "k": secret_of(answer)})
        assert set(public) <= set(private), (public, private)
        assert public.get("notes") == private.get("notes")
        for name, value in public.get("extended_attributes", {}).items():
            assert private["extended_attributes"][name] == value, name
    assert "notes" not in p.read(made, {"k": secret_of(answer)})


# ---- Errors ----

@clause("Errors", "a list of errors, each with a numeric code and a description")
def _(p):
    answer = p.get("services/NONE")
    check_errors(answer, 404)
    if p.format == "json":
        assert isinstance(json.loads(answer.body)[0]["code"], int)
    else:
        assert ElementTree.fromstring(answer.body).tag == "errors"


@clause("Errors", "403 for a wrong key, also where none is needed")
def _(p):
    for what in ("services", "requests", "discovery"):
        check_errors(p.get(what, {"api_key": "wrong"}), 403, "api_key")
    check_errors(p.post(api_key="wrong"), 403, "api_key")


@clause("Errors", "400 for what cannot be fulfilled, with the parameter's name")
def _(p):
    for name, value in (("page", "0"), ("page", "x"), ("page_size", "0"), ("updated_after", "x"), ("radius", "-1"),
                        ("lat", "x"), ("cursor", "x"), ("updated_before", "x"), ("end_date", "x")):
        check_errors(p.get("requests", {name: value}), 400, name)


@clause("Errors", "what is too long, or has a zero byte in it, is refused in the format, and nothing is listed")
def _(p):
    for query in ("service_request_id=NOPE%00", "jurisdiction_id=x%00", "status=open%00x"):
        check_errors(p.door.send("GET", f"requests.{p.format}?{query}"), 400)
    check_errors(p.get("requests", {"q": "x" * 15000}), 414)
    check_errors(p.get("requests", Cookie="x" * 13000), 431)
    assert p.get("requests", Cookie="x" * 12000).status == 200


@clause("Errors", "a method that is not there is 405")
def _(p):
    answer = p.door.send("DELETE", f"requests.{p.format}")
    check_errors(answer, 405)
    assert answer.headers["Allow"].split(", ") == ["POST", "GET", "HEAD", "OPTIONS"], answer.headers["Allow"]


@clause("Errors", "what reaches no operation is answered in the format as well")
def _(p):
    kind = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}[p.format]
    large = urllib.parse.urlencode({**GOOD, "description": "x" * 200000}).encode()
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for answer, status in ((p.get("foo"), 404), (p.get("services/a/b"), 404), (p.door.get("foo", Accept=kind), 404),
                           (p.get("foo", Accept="text/html"), 404),
                           (p.door.send("PUT", f"services.{p.format}"), 405),
                           (p.door.send("POST", f"requests.{p.format}", large, form), 413),
                           (p.door.send("POST", f"servicerequestupdates.{p.format}", large, form), 413)):
        check_errors(answer, status)
        assert answer.type == kind, (status, answer.type)


# ---- Extensions ----

@clause("Extensions: Pagination", "page and page_size cut the list without gaps or repetitions")
def _(p):
    for _ in range(5):
        p.make()
    whole = p.ids({"page_size": "1000", "status": "open"})
    pages = []
    for page in range(1, len(whole) // 2 + 2):
        pages += p.ids({"page_size": "2", "page": str(page), "status": "open"})
    assert pages == whole


@clause("Extensions: Pagination", "pages with the steps of each request are shorter, join as well, and leave the others alone")
def _(p):
    while len(whole := p.ids({})) < 130:
        p.make()
    for extensions in ("true", "false", "true"):
        pages = [p.ids({"page_size": "120", "page": str(page), "extensions": extensions})
                 for page in range(1, len(whole) // 100 + 2)]
        assert sum(pages, []) == whole, (extensions, [len(page) for page in pages])
    assert p.ids({"page": "2", "extensions": "true"}) == whole[100:200]
    assert p.get("requests", {"page": "1000", "extensions": "true"}).status == 200
    check_errors(p.get("requests", {"page": "1001", "extensions": "true"}), 400, "page")


@clause("Extensions: Pagination", "the Link header leads through all of them")
def _(p):
    whole, found, query = p.ids({"service_code": "PLAIN"}), [], {"page_size": "3", "service_code": "PLAIN"}
    while query is not None:
        answer = p.get("requests", query)
        found += [request["service_request_id"] for request in answer.document]
        link = re.fullmatch(r'<[^>]*\?page_size=3&service_code=PLAIN&cursor=([0-9a-f]+)>; rel="next"',
                            answer.headers.get("Link", ""))
        query = {**query, "cursor": link.group(1)} if link else None
    assert found == whole


@clause("Extensions: Pagination", "a cursor tells neither the id of a request nor when it changed, and none can be made up")
def _(p):
    made = p.city.sql(f"SELECT replace(id::text, '-', '') FROM cases WHERE reference = '{p.make()}'")
    p.make()
    first = p.get("requests", {"page_size": "1"}).headers["Link"]
    cursor = re.search("cursor=([0-9a-f]+)", first).group(1)
    second = p.get("requests", {"page_size": "1", "cursor": cursor}).headers["Link"]
    for link in (first, second):
        assert made[:8] not in link and made[16:] not in link, link
    for wrong in (f"{0:016x}{made}", cursor[:-1] + ("0" if cursor[-1] != "0" else "1"), cursor[:48]):
        check_errors(p.get("requests", {"page_size": "1", "cursor": wrong}), 400, "cursor")


@clause("Extensions: Pagination", "a page that is too far is refused")
def _(p):
    check_errors(p.get("requests", {"page": "101"}), 400, "page")


@clause("Extensions: updated_after, updated_before", "what changed in between, also of older requests, last first")
def _(p):
    old, new = p.make(), p.make()
    p.shift(old, 200)
    p.end(old)
    found = p.ids({"updated_after": p.read(new)["requested_datetime"]})
    assert found.index(old) < found.index(new)
    assert old not in p.ids({"updated_before": days_from_now(-1)})
    assert old in p.ids({"updated_after": days_from_now(-1), "status": "closed"})
    assert old not in p.ids({"updated_after": days_from_now(-1), "start_date": days_from_now(-10)})
    p.city.change_cases(f"UPDATE cases SET answered_at = NULL, state = 'REOPENED', changed_at = now() WHERE reference = '{old}'")
    assert old in p.ids({"updated_after": days_from_now(-1), "status": "open"})
    assert p.read(old)["updated_datetime"] >= p.read(new)["requested_datetime"]


@clause("Extensions: lat, long, radius", "what lies in a circle")
def _(p):
    near, far = p.make(lat="10.70500", long="106.60500"), p.make(lat="10.71500", long="106.60500")
    at = {"lat": "10.705", "long": "106.605"}
    found = p.ids({**at, "radius": "500"})
    assert near in found and far not in found
    assert {near, far} <= set(p.ids({**at, "radius": "2000"}))
    assert {near, far} <= set(p.ids({**at, "radius": "50000"}))
    check_errors(p.get("requests", {"lat": "10.7"}), 400, "long")


@clause("Extensions: Extended Attributes", "extensions=true shows state and notes; without it there are none")
def _(p):
    made = p.make()
    assert "notes" not in p.read(made)
    request = p.read(made, {"extensions": "true"})
    assert request["extended_attributes"]["unit"] and request["notes"][0]["type"] == "open"
    for note in request["notes"]:
        assert MOMENT.match(note["datetime"]) and note["description"]


@clause("Extensions: Media Handling", "multipart/form-data is taken as well, with any legal boundary")
def _(p):
    boundaries = ["x", "----WebKitFormBoundaryABC123", "a'b(c)+_,-./:=?d", "=" * 69 + "z"]
    for boundary in boundaries:
        kind = f'multipart/form-data; boundary="{boundary}"'
        answer = p.door.post_parts(f"requests.{p.format}", GOOD.items(), boundary, kind)
        assert answer.status == 201, (boundary, answer.text)
    for kind in ("multipart/form-data; boundary=abc; charset=utf-8", "Multipart/Form-Data; charset=utf-8; BOUNDARY=abc"):
        answer = p.door.post_parts(f"requests.{p.format}", GOOD.items(), "abc", kind)
        assert answer.status == 201, (kind, answer.text)


@clause("Extensions: Media Handling", "a multipart form is read like any other")
def _(p):
    pairs = [*{**GOOD, "service_code": "FORM"}.items(), ("attribute[q_number]", "3"),
             ("attribute[q_multivaluelist][]", "a"), ("attribute[q_multivaluelist][]", "b"),
             ("description2", ""), ("account_id", "7")]
    answer = p.door.post_parts(f"requests.{p.format}", pairs)
    assert answer.status == 201 and answer.document[0]["account_id"] == "7", answer.text
    check_errors(p.door.post_parts(f"requests.{p.format}", [*GOOD.items(), ("lat", "x")]), 400, "lat")
    cut = p.door.send("POST", f"requests.{p.format}", b"--x\r\nContent-Disposition: form-data; name=\"lat\"\r\n\r\n1",
                      {"Content-Type": "multipart/form-data; boundary=x"})
    check_errors(cut, 400)


@clause("Extensions: Media Handling", "a picture that was sent along is seen by whoever sent it, and opens")
def _(p):
    pairs = [*GOOD.items(), ("media_url", "https://example.vn/1.jpg")]
    for form, before in ((list(GOOD.items()), []), (pairs, ["https://example.vn/1.jpg"])):
        answer = p.door.post_parts(f"requests.{p.format}", [*form, ("media", ("a.jpg", "image/jpeg", PICTURE))])
        assert answer.status == 201, answer.text
        (made,) = answer.document
        request = p.read(made["service_request_id"], {"k": secret_of(made), "extensions": "true"})
        urls = request["extended_attributes"]["media_urls"]
        assert urls[:-1] == before and request["media_url"] == urls[0], request
        picture = p.door.open(urls[-1])
        assert picture.status == 200 and picture.type == "image/jpeg", picture.status
        assert "media_url" not in p.read(made["service_request_id"])


@clause("Extensions: servicerequestupdates", "the steps of all requests, with id, status, moment and words")
def _(p):
    made = p.make()
    updates = p.get("servicerequestupdates").document
    (mine,) = [update for update in updates if update["service_request_id"] == made]
    assert mine["status"] == "open" and mine["description"] and MOMENT.match(mine["updated_datetime"])
    ids = [int(update["update_id"]) for update in updates]
    assert ids == sorted(ids)


@clause("Extensions: servicerequestupdates", "start_date, end_date, after and page_size bound them")
def _(p):
    p.make()
    updates = p.get("servicerequestupdates", {"start_date": days_from_now(-1), "end_date": days_from_now(1)}).document
    assert updates
    first = p.get("servicerequestupdates", {"page_size": "1"}).document
    assert first == updates[:1]
    rest = p.get("servicerequestupdates", {"after": first[0]["update_id"]}).document
    assert rest == updates[1:]
    assert p.get("servicerequestupdates", {"end_date": days_from_now(-2)}).document in ([], "")
    check_errors(p.get("servicerequestupdates", {"start_date": days_from_now(-40), "end_date": days_from_now(0)}), 400,
                 "end_date")


@clause("Extensions: servicerequestupdates", "a page is full as long as more follow, however many are not told of between")
def _(p):
    last = p.get("servicerequestupdates").document[-1]["update_id"]
    made = [p.make()]
    for _ in range(110):
        assert p.post(service_code="BLIND").status == 201
    made.append(p.make())
    page = p.get("servicerequestupdates", {"after": last, "page_size": "2"}).document
    assert [update["service_request_id"] for update in page] == made, page


def post_update(p, form, door=None):
    return (door or p.door).post(f"servicerequestupdates.{p.format}", form)


@clause("Extensions: servicerequestupdates", "POST: a front end with a key adds what a citizen says; the same update_id once")
def _(p):
    made = p.make()
    form = {"api_key": p.key, "service_request_id": made, "update_id": f"u1-{p.format}", "status": "OPEN",
            "updated_datetime": days_from_now(0), "description": "Vẫn tắt", "email": "an@example.vn", "account_id": "7",
            "media_url": "https://example.vn/a.jpg", "title": "ignored"}
    answer = post_update(p, form)
    assert answer.status == 201, answer.text
    (update,) = answer.document
    assert update["update_id"] and update["account_id"] == "7"
    assert post_update(p, form).document == [update]
    check_errors(post_update(p, {**form, "description": "khác"}), 400, "update_id")
    count, text = p.city.sql("SELECT count(*) || '|' || min(n.body ->> 'text') FROM events e JOIN cases c ON c.id = e.case_id"
                             f" JOIN notes n ON n.seq = e.seq WHERE e.type = 'noted' AND c.reference = '{made}'"
                             " AND e.actor LIKE 'citizen:clauses-%'").replace("\n", " ").split("|")
    assert (count, text) == ("1", "Vẫn tắt https://example.vn/a.jpg"), (count, text)
    token = p.get(f"update_tokens/{update['update_id']}")
    assert token.status == 200 and token.document[0]["update_id"] == update["update_id"], token.text
    check_errors(p.get("update_tokens/00000000-0000-7000-8000-000000000000"), 404, "token")
    check_errors(p.get("update_tokens/x"), 404, "token")


def photos_of_notes(p, request_id):
    """Of what a citizen has said afterwards: its words, and how many files came along."""
    rows = p.city.sql("SELECT n.body ->> 'text' || '|' || count(a.seq) FROM events e JOIN cases c ON c.id = e.case_id"
                      " JOIN notes n ON n.seq = e.seq LEFT JOIN attachments a ON a.seq = e.seq"
                      f" WHERE e.type IN ('noted', 'info_given', 'withdrawn') AND c.reference = '{request_id}'"
                      " GROUP BY n.seq, n.body ->> 'text' ORDER BY n.seq")
    return [tuple(row.split("|")) for row in rows.splitlines()]


@clause("Extensions: servicerequestupdates", "POST: a photo that is sent along is kept with the note, with words or without")
def _(p):
    answer = p.post().document[0]
    made, secret = answer["service_request_id"], secret_of(answer)
    by_key = [("api_key", p.key), ("service_request_id", made), ("status", "OPEN")]
    photo = ("media", ("a.jpg", "image/jpeg", PICTURE))

    def post(*pairs):
        return p.door.post_parts(f"servicerequestupdates.{p.format}", pairs)

    said = [*by_key, ("update_id", f"photo-{p.format}"), ("description", "Vẫn tắt"), photo]
    first = post(*said)
    assert first.status == 201 and post(*said).document == first.document, first.text
    assert post(*by_key, ("description", ""), photo).status == 201
    # An empty field of a form is no file, and what is none of the kinds is said by its field's name.
    assert post(*by_key, ("media", ("", "application/octet-stream", b""))).status == 201
    check_errors(post(*by_key, ("media", ("a.jpg", "image/jpeg", b"nothing"))), 400, "media")
    p.city.ctl("case", "ask", made, "--as", "coordinator:hoa", "--question", "Ở đâu?")
    assert post(("service_request_id", made), ("k", secret), photo).status == 201
    assert post(("service_request_id", made), ("k", secret), ("status", "cancelled"), photo).status == 201
    words = "Người gửi bổ sung ảnh hoặc tệp."
    assert photos_of_notes(p, made) == [("Vẫn tắt", "1"), (words, "1"), ("Người gửi báo: chưa được xử lý.", "0"),
                                        (words, "1"), (words, "1")], photos_of_notes(p, made)
    assert p.read(made)["status"] == "closed"


@clause("Extensions: servicerequestupdates", "POST: the same update_id once, whatever has become of the case meanwhile")
def _(p):
    made = p.make()
    form = {"api_key": p.key, "service_request_id": made, "description": "Ở trước số 12"}
    note, answer = ({**form, "update_id": f"{name}-{p.format}"} for name in ("note", "answer"))
    first = post_update(p, note)
    p.city.ctl("case", "ask", made, "--as", "coordinator:hoa", "--question", "Ở đâu?")
    assert first.status == 201 and post_update(p, note).document == first.document, "while the unit asks"
    assert p.city.sql(f"SELECT state FROM cases WHERE reference = '{made}'") == "NEED_INFO"
    second = post_update(p, answer)
    assert second.status == 201 and post_update(p, answer).document == second.document, "once it has its answer"
    assert p.city.sql(f"SELECT state FROM cases WHERE reference = '{made}'") != "NEED_INFO", made
    assert photos_of_notes(p, made) == [("Ở trước số 12", "0")] * 2, photos_of_notes(p, made)
    for said in (note, answer):
        check_errors(post_update(p, {**said, "description": "khác"}), 400, "update_id")


@clause("Extensions: servicerequestupdates", "POST: each front end counts its own update_ids")
def _(p):
    made = p.make()
    other = p.city.ctl("keys", "api", f"clauses-2-{p.format}", "--quota", "0")
    form = {"service_request_id": made, "update_id": f"same-{p.format}"}
    first = post_update(p, {**form, "api_key": p.key, "description": "Vẫn tắt"})
    while (second := post_update(p, {**form, "api_key": other, "description": "Đã sáng"})).status == 403:
        pass
    assert (first.status, second.status) == (201, 201), second.text
    assert photos_of_notes(p, made) == [("Vẫn tắt", "0"), ("Đã sáng", "0")], photos_of_notes(p, made)


@clause("Extensions: servicerequestupdates", "POST: update_id is any text, and by this name too long; the header keeps its rules")
def _(p):
    form = {"api_key": p.key, "service_request_id": p.make(), "description": "Vẫn tắt"}
    for name in ("số 1 của bộ phận", "x" * 255, "ộ" * 255):
        first = post_update(p, {**form, "update_id": name})
        assert first.status == 201 and post_update(p, {**form, "update_id": name}).document == first.document, first.text
        check_errors(post_update(p, {**form, "update_id": name, "description": "khác"}), 400, "update_id")
    refused = post_update(p, {**form, "update_id": "ộ" * 256})
    check_errors(refused, 400, "update_id", "255")
    assert "Idempotency-Key" not in refused.text
    check_errors(p.door.post(f"servicerequestupdates.{p.format}", form, **{"Idempotency-Key": "a b"}), 400, "Idempotency-Key")


@clause("Extensions: servicerequestupdates", "POST: needs a key or the tracking link's secret; names what is wrong")
def _(p):
    made = p.make()
    good = {"api_key": p.key, "service_request_id": made, "description": "x"}
    check_errors(post_update(p, {**good, "api_key": ""}), 403, "api_key")
    check_errors(post_update(p, {**good, "api_key": "none"}), 403, "api_key")
    check_errors(post_update(p, {**good, "jurisdiction_id": "other"}, p.strict), 404, "jurisdiction_id")
    for changes, status, name in (({"service_request_id": ""}, 400, "service_request_id"), ({"description": ""}, 400, "description"),
                                  ({"service_request_id": "T8Z5Q-WHXVX"}, 404, "service_request_id"),
                                  ({"status": "LATE"}, 400, "status"), ({"description": "x" * 4001}, 400, "description"),
                                  ({"description": "x" * 40000}, 400, "description"),
                                  ({"updated_datetime": "bogus"}, 400, "updated_datetime"),
                                  ({"media_url": "javascript:alert(1)"}, 400, "media_url"),
                                  ({"media_url": "https://example.vn/" + "x" * 2000}, 400, "media_url"),
                                  ({"k": "AAAAAAAAAAAAAAAAAAAAAA"}, 404, "service_request_id")):
        check_errors(post_update(p, {**good, **changes}), status, name)
    check_errors(post_update(p, {**good, "status": "REOPEN"}), 400, "status")


@clause("Extensions: servicerequestupdates", "POST: a status alone is a note in words; it answers no question")
def _(p):
    made = p.make()
    p.city.ctl("case", "ask", made, "--as", "coordinator:hoa", "--question", "Số mấy?")
    for status in ("OPEN", "fixed", "CANCELLED", "NOT_COUNCILS_RESPONSIBILITY", "CLOSED", "INVESTIGATING", "IN_PROGRESS",
                   "PLANNED", "DUPLICATE", "ACTION_SCHEDULED", "FOR_TRIAGE", "INTERNAL_REFERRAL", "NO_FURTHER_ACTION"):
        answer = post_update(p, {"api_key": p.key, "service_request_id": made, "status": status,
                                 "updated_datetime": days_from_now(0)})
        assert answer.status == 201, (status, answer.text)
    found = p.city.sql("SELECT c.state || '|' || string_agg(n.body ->> 'text', '|' ORDER BY n.seq) FROM events e"
                       " JOIN cases c ON c.id = e.case_id JOIN notes n ON n.seq = e.seq"
                       f" WHERE e.type = 'noted' AND c.reference = '{made}' GROUP BY c.state").split("|")
    assert found[0] == "NEED_INFO" and len(found) == 14 == len(set(found)), found
    assert found[2] == "Người gửi báo: đã được khắc phục.", found


@clause("Extensions: servicerequestupdates", "after \"not solved\" the last word is that it was opened again, not that it went elsewhere")
def _(p):
    made = p.make()
    p.city.ctl("case", "accept", made, "--as", "officer:lan")
    p.city.ctl("case", "answer", made, "--as", "officer:lan", "--result", "solved", "--text", "Xong")
    assert post_update(p, {"api_key": p.key, "service_request_id": made, "status": "REOPEN"}).status == 201
    told = ["open", "in_progress", "fixed", "reopen"]
    assert [note["type"] for note in p.read(made, {"extensions": "true"})["notes"]] == told
    updates = p.get("servicerequestupdates").document
    assert [update["status"] for update in updates if update["service_request_id"] == made] == told


@clause("Extensions: servicerequestupdates", "POST: REOPEN opens again, the secret's CANCELLED withdraws, a question is answered")
def _(p):
    answer = p.post()
    made, notice = (answer.document[0][name] for name in ("service_request_id", "service_notice"))
    secret = notice.rpartition("k=")[2]
    p.city.ctl("case", "ask", made, "--as", "coordinator:hoa", "--question", "Số mấy?")
    assert post_update(p, {"service_request_id": made, "k": secret, "description": "Số 12"}).status == 201
    assert p.city.sql(f"SELECT state FROM cases WHERE reference = '{made}'") == "SCREENING"
    # A key alone does not take a citizen's request back.
    assert post_update(p, {"api_key": p.key, "service_request_id": made, "description": "x", "status": "CANCELLED"}).status == 201
    assert p.read(made)["status"] == "open"
    assert post_update(p, {"service_request_id": made, "k": secret, "status": "cancelled"}).status == 201
    assert p.read(made)["status"] == "closed"
    made = p.make()
    p.city.ctl("case", "accept", made, "--as", "officer:lan")
    p.city.ctl("case", "answer", made, "--as", "officer:lan", "--result", "solved", "--text", "Xong")
    assert post_update(p, {"api_key": p.key, "service_request_id": made, "status": "REOPEN"}).status == 201
    assert p.read(made, {"extensions": "true"})["extended_attributes"]["state"] == "reopen"


@clause("Extensions: q", "words of published texts, without diacritics, each of which must be there")
def _(p):
    made, other = p.make(), p.make()
    for request_id, text in ((made, f"Ổ gà trên đường Điện Biên Phủ {p.format}"), (other, f"Đèn tắt {p.format}")):
        p.city.sql("INSERT INTO publications (case_id, reference, published_at, description) SELECT id, reference, now(), '%s'"
                   " FROM cases WHERE reference = '%s'" % (text, request_id))
    assert p.ids({"q": f"dien bien {p.format}"}) == [made] and p.ids({"q": f"ĐÈN {p.format}"}) == [other]
    assert p.ids({"q": f"dien đèn {p.format}"}) == [] and made in p.ids({"q": ""})
    check_errors(p.get("requests", {"q": "x" * 201}), 400, "q")


@clause("Extensions: conditional requests", "an ETag saves sending the same answer again")
def _(p):
    for what in ("services", "services/FORM", "discovery", "requests"):
        first = p.get(what)
        again = p.get(what, **{"If-None-Match": first.headers["ETag"]})
        assert again.status == 304 and again.body == b"" and again.headers["ETag"] == first.headers["ETag"], what
        assert p.get(what, **{"If-None-Match": '"other"'}).status == 200


def main():
    wanted, port, strict_port, bin_dir, work_dir = sys.argv[1:]
    city = City(bin_dir, work_dir)
    key = city.ctl("keys", "api", f"clauses-{wanted}")
    city.load_catalogue()
    doors = Door(int(port)), Door(int(strict_port))
    play = Play(*doors, city, key)
    play.format = wanted
    wait_for(doors, key)
    broken = 0
    for section, text, function in CLAUSES:
        try:
            function(play)
            print(f"holds   {wanted:4} {section}: {text}")
        except Exception:  # whatever it is, the other clauses are still of interest
            broken += 1
            print(f"BROKEN  {wanted:4} {section}: {text}\n{traceback.format_exc()}")
    print(f"{len(CLAUSES) - broken} clauses hold in {wanted}, {broken} are broken", flush=True)
    return 1 if broken else 0


def wait_for(doors, key):
    """Until both doors have read the catalogue and the key."""
    for door in doors:
        while "BATCH" not in door.get("services.json").text or door.get("services.json", {"api_key": key}).status != 200:
            pass


if __name__ == "__main__":
    sys.exit(main())
