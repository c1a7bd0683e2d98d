#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_data - holds the two catalogues in deploy/catalogue to schemas/catalogue.md.

Knows nothing of the loader: the rules are written here a second time, so that a
mistake in one of the two shows. Needs Python's standard library alone.
"""
import csv
import datetime
import json
import pathlib
import re
import sys
import unicodedata
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
CATALOGUES = ROOT / "deploy" / "catalogue"
FORMAT = ROOT / "schemas" / "catalogue.md"

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
NAME_LIMIT, TEXT_LIMIT = 200, 4000
WORDS = {"@place", "@named", "@superior"}

KEYS = {
    "calendars": ("code",),
    "calendar_hours": ("calendar", "weekday", "from"),
    "calendar_days": ("calendar", "date"),
    "units": ("code",),
    "services": ("code",),
    "attributes": ("service", "code"),
    "attribute_values": ("service", "attribute", "key"),
    "routes": ("service", "area", "valid_from"),
    "regimes": ("code", "valid_from"),
    "regime_limits": ("regime", "valid_from", "limit"),
    "reasons": ("purpose", "code"),
    "people": ("unit", "role", "name"),
    "templates": ("name", "language"),
    "gateways": ("channel",),
    "attachments": ("kind",),
    "bursts": ("service",),
}
OPTIONAL = {
    "calendars": {"cut_off"},
    "calendar_hours": set(),
    "calendar_days": {"hours_of", "basis"},
    "units": {"parent", "calendar", "valid_from", "valid_until", "successors", "symbol"},
    "services": {"closed_notice_vi", "closed_notice_en", "keywords", "basis", "open311"},
    "attributes": {"hint_vi", "hint_en"},
    "attribute_values": set(),
    "routes": {"coordinators", "valid_from", "valid_until", "note"},
    "regimes": {"valid_from", "valid_until"},
    "regime_limits": {"valid_from"},
    "reasons": set(),
    "people": {"name", "email", "phone"},
    "templates": {"subject"},
    "gateways": {"headers", "body", "success", "refusal", "secrets"},
    "attachments": set(),
    "bursts": set(),
}
TEXTS = {"description_vi", "description_en", "hint_vi", "hint_en", "closed_notice_vi",
         "closed_notice_en", "keywords", "body"}
CHOICES = {
    ("units", "kind"): "OFFICE DEPARTMENT CENTRE WARD POLICE UTILITY INSPECTORATE",
    ("services", "clock"): "clock_hours working_hours working_days calendar_days",
    ("services", "place"): "required optional",
    ("services", "anonymous"): "yes no",
    ("attributes", "datatype"): "string number datetime text singlevaluelist multivaluelist",
    ("attributes", "required"): "yes no",
    ("attributes", "variable"): "yes no",
    ("services", "incident"): "yes no",
    ("regimes", "code"): "R1 R2 R3 R4 R5 R6 R7 R8",
    ("regimes", "approval"): "yes no",
    ("regimes", "apology"): "yes no",
    ("regimes", "receipt"): "yes no",
    ("regimes", "anonymous"): "yes no",
    ("regime_limits", "limit"): "accept forward answer publish update summary extension info "
                                "confirm",
    ("regime_limits", "clock"): "clock_minutes clock_hours working_hours working_days "
                                "calendar_days",
    ("reasons", "purpose"): "return reject extension apology suspend",
    ("people", "role"): "head focal leader coordinator",
    ("templates", "language"): "vi en",
    ("gateways", "channel"): "sms zalo",
    ("gateways", "method"): "POST PUT GET",
    ("attachments", "kind"): "photo document video sound",
    ("calendar_days", "works"): "OFF WORK",
    ("calendar_days", "status"): "announced projected",
}
KINDS = {
    "R1": {"field_report"}, "R2": {"rule_feedback"}, "R3": {"late_dossier"},
    "R4": {"field_report", "rule_feedback", "suggestion"}, "R5": {"complaint"},
    "R6": {"denunciation"}, "R7": {"question"}, "R8": {"suggestion"},
}
LETTERS = "receipt information refusal apology".split()
MESSAGES = ("received question answered apology extended reopened rejected forwarded closed due_soon overdue "
            "escalated_city escalated_leader duty").split()
TEMPLATES = ({f"letter.{n}" for n in LETTERS} | {f"mail.{n}" for n in MESSAGES} |
             {f"sms.{n}" for n in MESSAGES})
# Days that a limit can take at the least and at the most, holidays left aside.
NOMINAL = {"clock_minutes": 1 / 1440, "clock_hours": 1 / 24, "working_hours": 1 / 24,
           "working_days": 1, "calendar_days": 1}


def columns_of(table):
    """The header that the column table of the format gives."""
    section = FORMAT.read_text(encoding="utf-8").split(f"\n## {table}.csv\n")[1].split("\n## ")[0]
    names = []
    for line in section.split("\n|---|---|---|---|\n")[1].split("\n"):
        if not line.startswith("|"):
            break
        names += re.findall(r"`(\w+)`", line.split("|")[1])
    return names


class Catalogue:
    def __init__(self, directory):
        self.directory = directory
        self.tables = {}
        for table in KEYS:
            with open(directory / f"{table}.csv", encoding="utf-8", newline="") as file:
                reader = csv.DictReader(file, strict=True)
                self.tables[table] = list(reader)
                setattr(self, f"{table}_header", reader.fieldnames)
        self.about = json.loads((directory / "catalogue.json").read_text(encoding="utf-8"))
        shapes = json.loads((directory / "areas.geojson").read_text(encoding="utf-8"))
        self.features = shapes["features"]
        self.units = {u["code"]: u for u in self.tables["units"]}
        self.services = {s["code"]: s for s in self.tables["services"]}
        self.areas = {f["properties"]["code"]: f for f in self.features}
        self.calendars = {c["code"]: c for c in self.tables["calendars"]}

    def area_at(self, lon, lat):
        for code in sorted(self.areas):
            if any(contains(polygon, lon, lat) for polygon in polygons(self.areas[code])):
                return code
        return None


def polygons(feature):
    geometry = feature["geometry"]
    if geometry["type"] == "Polygon":
        return [geometry["coordinates"]]
    return geometry["coordinates"]


def contains(polygon, lon, lat):
    inside = False
    for ring in polygon:
        for (x1, y1), (x2, y2) in zip(ring, ring[1:]):
            if (y1 > lat) != (y2 > lat) and lon < (x2 - x1) * (lat - y1) / (y2 - y1) + x1:
                inside = not inside
    return inside


class Rules:
    """Tests that hold for every catalogue; subclasses name one."""

    name = None

    @classmethod
    def setUpClass(cls):
        cls.c = Catalogue(CATALOGUES / cls.name)

    def rows(self):
        for table, rows in self.c.tables.items():
            for line, row in enumerate(rows, 2):
                yield table, f"{table}.csv row {line}", row

    def test_files_are_those_of_the_format(self):
        found = {p.name for p in self.c.directory.iterdir() if p.name != "README.md"}
        self.assertEqual(found, {"catalogue.json", "areas.geojson"} | {f"{t}.csv" for t in KEYS})

    def test_headers_are_those_of_the_format(self):
        for table in KEYS:
            self.assertEqual(getattr(self.c, f"{table}_header"), columns_of(table), table)

    def test_text_is_clean_utf8_in_nfc(self):
        for path in self.c.directory.iterdir():
            text = path.read_bytes().decode("utf-8")
            self.assertEqual(text, unicodedata.normalize("NFC", text), path.name)
            self.assertNotRegex(text, r"[\x00-\x09\x0b-\x1f\x7f\ufeff]", path.name)
            self.assertTrue(text.endswith("\n"), path.name)

    def test_cells_are_present_trimmed_and_within_limits(self):
        for table, where, row in self.rows():
            for column, cell in row.items():
                self.assertIsInstance(cell, str, f"{where}: wrong number of cells")
                if column not in OPTIONAL[table]:
                    self.assertTrue(cell, f"{where}: {column} is missing")
                self.assertEqual(cell, cell.strip(), f"{where}: {column}")
                limit = TEXT_LIMIT if column in TEXTS else NAME_LIMIT
                self.assertLessEqual(len(cell), limit, f"{where}: {column}")
                if column not in TEXTS:
                    self.assertNotIn("\n", cell, f"{where}: {column}")

    def test_vietnamese_and_english_go_together(self):
        for _, where, row in self.rows():
            for column in row:
                if column.endswith("_vi") and column[:-3] + "_en" in row:
                    self.assertEqual(bool(row[column]), bool(row[column[:-3] + "_en"]),
                                     f"{where}: {column}")

    def test_keys_occur_once_and_rows_are_sorted(self):
        for table, key in KEYS.items():
            if table in ("attributes", "attribute_values"):
                continue  # in the order of the questions, next test
            keys = [tuple(row[k] for k in key) for row in self.c.tables[table]]
            self.assertEqual(keys, sorted(set(keys)), table)
        codes = [f["properties"]["code"] for f in self.c.features]
        self.assertEqual(codes, sorted(set(codes)))

    def test_questions_are_ordered_and_belong_to_services(self):
        asked = [(a["service"], int(a["order"])) for a in self.c.tables["attributes"]]
        self.assertEqual(asked, sorted(set(asked)))
        attributes = {(a["service"], a["code"]): a for a in self.c.tables["attributes"]}
        self.assertEqual(len(attributes), len(asked))
        values = [(v["service"], v["attribute"], v["key"])
                  for v in self.c.tables["attribute_values"]]
        self.assertEqual(len(values), len(set(values)))
        self.assertLessEqual({v[:2] for v in values}, set(attributes))
        self.assertLessEqual({a[0] for a in attributes}, set(self.c.services))
        for key, attribute in attributes.items():
            is_list = attribute["datatype"].endswith("valuelist")
            self.assertEqual(key in {v[:2] for v in values}, is_list, key)
            if attribute["variable"] == "no":
                self.assertEqual((attribute["required"], attribute["datatype"]), ("no", "text"),
                                 key)
        places = [list(attributes).index(v[:2]) for v in values]
        self.assertEqual(places, sorted(places))

    def test_cells_fit_their_types(self):
        for table, where, row in self.rows():
            for column, cell in row.items():
                words = CHOICES.get((table, column))
                if words:
                    self.assertIn(cell, words.split(), f"{where}: {column}")
                if column in ("code", "key"):
                    self.assertTrue(CODE.fullmatch(cell), f"{where}: {column}")
                if cell and column in ("date", "valid_from", "valid_until"):
                    self.assertTrue(DATE.fullmatch(cell), f"{where}: {column}")
                    datetime.date.fromisoformat(cell)
            if row.get("valid_from") and row.get("valid_until"):
                self.assertLessEqual(row["valid_from"], row["valid_until"], where)

    def test_city_has_a_desk_and_a_calendar(self):
        about = self.c.about
        self.assertLessEqual({"name", "city_vi", "city_en", "timezone", "country_calling_code",
                              "desk", "calendar"}, set(about))
        self.assertLessEqual(set(about), {"name", "city_vi", "city_en", "timezone", "desk",
                                          "country_calling_code", "calendar", "reference_note"})
        self.assertEqual(about["timezone"], "Asia/Ho_Chi_Minh")
        self.assertIn(about["calendar"], self.c.calendars)
        desk = self.c.units[about["desk"]]
        self.assertEqual((desk["kind"], desk["valid_until"]), ("OFFICE", ""))

    def test_units_form_a_forest_on_known_calendars(self):
        for code, unit in self.c.units.items():
            self.assertIn(unit["calendar"] or self.c.about["calendar"], self.c.calendars, code)
            seen = {code}
            while unit["parent"]:
                self.assertIn(unit["parent"], self.c.units, code)
                self.assertNotIn(unit["parent"], seen, code)
                seen.add(unit["parent"])
                unit = self.c.units[unit["parent"]]

    def test_successors_exist_and_follow_an_end(self):
        for code, unit in self.c.units.items():
            successors = unit["successors"].split(";") if unit["successors"] else []
            self.assertLessEqual(set(successors), set(self.c.units) - {code}, code)
            self.assertTrue(unit["valid_until"] or not successors, code)

    def test_areas_have_units_and_closed_rings(self):
        for feature in self.c.features:
            code = feature["properties"]["code"]
            self.assertIn(feature["properties"]["unit"], self.c.units, code)
            self.assertIn(feature["geometry"]["type"], ("Polygon", "MultiPolygon"), code)
            for polygon in polygons(feature):
                for ring in polygon:
                    self.assertGreaterEqual(len(ring), 4, code)
                    self.assertEqual(ring[0], ring[-1], code)
                    for lon, lat in ring:
                        self.assertTrue(102 < lon < 118 and 6 < lat < 24, code)

    def test_services_have_regimes_that_fit(self):
        groups = {(s["group_vi"], s["group_en"]) for s in self.c.services.values()}
        self.assertEqual(len(groups), len({g[0] for g in groups}))
        self.assertEqual(len(groups), len({g[1] for g in groups}))
        for code, service in self.c.services.items():
            self.assertIn(service["kind"], KINDS[service["regime"]], code)
            self.assertTrue(1 <= int(service["amount"]) <= 8760, code)
            self.assertTrue(1 <= int(service["priority"]) <= 5, code)
            keywords = service["keywords"].split(",") if service["keywords"] else []
            self.assertEqual(len(keywords), len(set(keywords)), code)
            for word in keywords:
                self.assertTrue(word and word == word.strip() == word.lower(), f"{code}: {word}")

    def versions(self, code):
        return [r for r in self.c.tables["regimes"] if r["code"] == code]

    def test_regimes_hold_on_every_day_once(self):
        first = {c["first_year"] for c in self.c.calendars.values()}
        for code in {s["regime"] for s in self.c.services.values()}:
            versions = self.versions(code)  # sorted by their first day
            self.assertTrue(versions, code)
            self.assertLessEqual(versions[0]["valid_from"] or "0", min(first) + "-01-01", code)
            self.assertEqual(versions[-1]["valid_until"], "", code)
        for code in {r["code"] for r in self.c.tables["regimes"]}:
            versions = self.versions(code)
            for before, after in zip(versions, versions[1:]):
                end = datetime.date.fromisoformat(before["valid_until"])
                self.assertEqual((end + datetime.timedelta(1)).isoformat(), after["valid_from"])

    def test_limits_belong_to_versions_and_say_why(self):
        limits = {}
        known = {(r["code"], r["valid_from"]) for r in self.c.tables["regimes"]}
        for row in self.c.tables["regime_limits"]:
            self.assertIn((row["regime"], row["valid_from"]), known)
            self.assertTrue(1 <= int(row["amount"]) <= 8760, row)
            limits[row["regime"], row["valid_from"], row["limit"]] = row
        for row in self.c.tables["regimes"]:
            key = row["code"], row["valid_from"]
            self.assertEqual(int(row["extensions"]) > 0, (*key, "extension") in limits, key)
            self.assertTrue(0 <= int(row["returns"]) <= 9 >= int(row["extensions"]), key)

    def test_promises_keep_to_the_law(self):
        limits = {(r["regime"], r["valid_from"]): r for r in self.c.tables["regime_limits"]
                  if r["limit"] == "answer"}
        for code, service in self.c.services.items():
            version = self.versions(service["regime"])[-1]
            self.assertIn((service["anonymous"], version["anonymous"]),
                          {("no", "no"), ("no", "yes"), ("yes", "yes")}, code)
            limit = limits.get((version["code"], version["valid_from"]))
            if limit:
                promised = int(service["amount"]) * NOMINAL[service["clock"]]
                allowed = int(limit["amount"]) * NOMINAL[limit["clock"]]
                self.assertLessEqual(promised, allowed, code)

    def test_only_what_is_about_a_place_is_joined(self):
        for row in self.c.tables["bursts"]:
            service = self.c.services[row["service"]]
            self.assertEqual((service["kind"], service["place"]), ("field_report", "required"), row)
            self.assertNotEqual(service["open311"], "blackbox", row)
            self.assertTrue(3 <= int(row["reports"]) <= 1000 and 1 <= int(row["minutes"]) <= 1440
                            and 10 <= int(row["metres"]) <= 1000, row)

    def test_people_can_be_reached(self):
        roles = {}
        for row in self.c.tables["people"]:
            self.assertIn(row["unit"], self.c.units)
            self.assertTrue(row["email"] or row["phone"], row)
            self.assertRegex(row["email"] or "a@b.example", r"^[\w.-]+@[\w-]+(\.[\w-]+)*\.example$")
            self.assertRegex(row["phone"] or "113", r"^\+?\d{3,15}$")
            roles.setdefault(row["role"], set()).add(row["unit"])
        self.assertIn(self.c.about["desk"], roles["coordinator"])
        self.assertTrue(roles["leader"])
        for role in ("head", "focal"):
            self.assertEqual(roles[role], set(self.c.units), role)

    def test_texts_are_whole_in_both_languages(self):
        names = [(t["name"], t["language"]) for t in self.c.tables["templates"]]
        self.assertEqual(set(names), {(n, lang) for n in TEMPLATES for lang in ("vi", "en")})
        for t in self.c.tables["templates"]:
            self.assertEqual(bool(t["subject"]), not t["name"].startswith("sms."), t["name"])
            self.assertFalse(t["name"].startswith("sms.") and "\n" in t["body"], t["name"])
            for text in (t["subject"], t["body"]):
                stack = []
                for kind, name in re.findall(r"\{\{([#^/]?)([a-z_]+)\}\}", text):
                    if kind == "/":
                        self.assertEqual(stack.pop(), name, t["name"])
                    elif kind:
                        stack.append(name)
                self.assertEqual(stack, [], t["name"])
                self.assertNotRegex(re.sub(r"\{\{[#^/]?[a-z_]+\}\}", "", text), r"[{}]", t["name"])

    def test_both_languages_have_the_same_holes(self):
        holes = {}
        for t in self.c.tables["templates"]:
            found = set(re.findall(r"\{\{[#^/]?([a-z_]+)\}\}", t["subject"] + t["body"]))
            self.assertEqual(holes.setdefault(t["name"], found), found, t["name"])

    def test_every_purpose_has_reasons(self):
        purposes = {r["purpose"] for r in self.c.tables["reasons"]}
        self.assertEqual(purposes, set(CHOICES["reasons", "purpose"].split()))

    def test_denunciations_are_closed_at_the_door(self):
        closed = {c for c, s in self.c.services.items() if s["closed_notice_vi"]}
        self.assertEqual(closed, {c for c, s in self.c.services.items()
                                  if s["kind"] == "denunciation"})

    def test_routes_name_what_exists(self):
        for line, route in enumerate(self.c.tables["routes"], 2):
            coordinators = route["coordinators"].split(";") if route["coordinators"] else []
            self.assertEqual(len(coordinators), len(set(coordinators)), line)
            self.assertLessEqual({route["lead"], *coordinators}, set(self.c.units) | WORDS, line)
            self.assertIn(route["service"], {"*", *self.c.services}, line)
            self.assertIn(route["area"], {"*", *self.c.areas}, line)

    def test_no_two_routes_tie(self):
        last = {}
        for route in self.c.tables["routes"]:  # sorted: an overlap is between neighbours
            key = route["service"], route["area"]
            if key in last:
                self.assertLess(last[key] or "9999", route["valid_from"], key)
            last[key] = route["valid_until"]

    def test_every_service_has_a_route(self):
        routed = {r["service"] for r in self.c.tables["routes"] if r["area"] == "*"}
        self.assertEqual(routed, set(self.c.services))

    def test_reports_on_staff_go_to_the_superior(self):
        leads = {r["lead"] for r in self.c.tables["routes"] if r["service"] == self.staff}
        self.assertEqual(leads, {"@superior"})

    def test_hours_are_in_order(self):
        end = {}
        for row in self.c.tables["calendar_hours"]:
            key = row["calendar"], row["weekday"]
            self.assertIn(row["calendar"], self.c.calendars)
            self.assertIn(row["weekday"], list("1234567"))
            self.assertTrue(TIME.fullmatch(row["from"]) and
                            (row["to"] == "24:00" or TIME.fullmatch(row["to"])), row)
            self.assertTrue(end.get(key, "00:00") <= row["from"] < row["to"], row)
            end[key] = row["to"]
        self.assertEqual({k[0] for k in end}, set(self.c.calendars))
        for weekday in "1234567":
            self.assertEqual(end["ALWAYS", weekday], "24:00")

    def working_days(self):
        """All days that the office works, from the weekly hours and the listed days."""
        weekdays = {int(h["weekday"]) for h in self.c.tables["calendar_hours"]
                    if h["calendar"] == "OFFICE_HOURS"}
        listed = {d["date"]: d["works"] for d in self.c.tables["calendar_days"]}
        day, days = datetime.date(2021, 1, 1), []
        while day.year < 2028:
            works = listed.get(day.isoformat(), "WORK" if day.isoweekday() in weekdays else "OFF")
            if works == "WORK":
                days.append(day)
            day += datetime.timedelta(1)
        return days

    def test_days_keep_to_the_calendar(self):
        for day in self.c.tables["calendar_days"]:
            calendar = self.c.calendars[day["calendar"]]
            date = datetime.date.fromisoformat(day["date"])
            self.assertTrue(int(calendar["first_year"]) <= date.year <= int(calendar["last_year"]))
            self.assertEqual(day["works"] == "WORK", date.isoweekday() > 5, day)
            self.assertIn(day["hours_of"], [""] if day["works"] == "OFF" else list("12345"), day)
            self.assertEqual(day["status"], "projected" if date.year > 2026 else "announced", day)
        self.assertEqual({c["last_year"] for c in self.c.calendars.values()}, {"2035"})

    def test_years_have_the_working_days_of_the_notices(self):
        days = self.working_days()
        counts = {year: sum(d.year == year for d in days) for year in range(2021, 2028)}
        self.assertEqual(counts, {2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 250,
                                  2026: 249, 2027: 249})
        self.assertEqual([d.isoformat() for d in days if d.isoweekday() > 5],
                         ["2024-05-04", "2025-04-26", "2026-01-10", "2026-08-22"])

    def test_known_deadlines_come_out(self):
        days = self.working_days()
        for start, amount, due in (
                ("2026-02-13", 5, "2026-02-27"), ("2026-01-09", 1, "2026-01-10"),
                ("2026-08-21", 1, "2026-08-22"), ("2026-08-28", 2, "2026-09-04"),
                ("2026-04-24", 2, "2026-04-29"), ("2026-02-10", 20, "2026-03-17"),
                ("2026-11-23", 1, "2026-11-25")):
            after = [d for d in days if d > datetime.date.fromisoformat(start)]
            self.assertEqual(after[amount - 1].isoformat(), due, start)


class Format(unittest.TestCase):
    def test_examples_have_the_columns_of_their_tables(self):
        headers = re.findall(r"```csv\n(.*)\n", FORMAT.read_text(encoding="utf-8"))
        self.assertEqual(headers, [",".join(columns_of(table)) for table in KEYS])


class HoChiMinhCity(Rules, unittest.TestCase):
    name = "hcmc"
    staff = "HC02"

    def test_168_wards_each_have_an_area_of_their_own(self):
        wards = {c: u for c, u in self.c.units.items() if u["kind"] == "WARD"}
        kinds = [u["name_vi"].split(" ")[0] for u in wards.values()]
        self.assertEqual([kinds.count(k) for k in ("Phường", "Xã", "Đặc")], [113, 54, 1])
        self.assertEqual(set(self.c.areas), set(wards))
        for code, ward in wards.items():
            self.assertEqual(self.c.areas[code]["properties"]["unit"], code)
            self.assertRegex(code, r"^\d{5}$")
            self.assertEqual((ward["valid_from"], ward["parent"]), ("2025-07-01", "UBND"), code)
            self.assertTrue(ward["name_en"].isascii(), code)

    def test_17_departments_report_to_the_city(self):
        under = [u for u in self.c.units.values() if u["parent"] == "UBND" and
                 u["kind"] in ("DEPARTMENT", "INSPECTORATE", "OFFICE")]
        self.assertEqual(len(under), 17)

    def test_31_services(self):
        codes = set("HT01 HT02 HT03 HT04 HT05 HT06 HT07 HT08 GT01 GT02 GT03 TT01 TT02 TT03 XD01 "
                    "MT01 MT02 TP01 TM01 YT01 GD01 DL01 DD01 HC01 HC02 HC03 HC04 HC05 GY01 KN01 "
                    "TC01".split())
        self.assertEqual(len(codes), 31)
        self.assertEqual(set(self.c.services), codes)

    def test_all_regimes_with_their_limits(self):
        self.assertEqual({r["code"] for r in self.c.tables["regimes"]}, set(KINDS))
        self.assertEqual({r["apology"] for r in self.c.tables["regimes"]}, {"yes"})
        limits = {(r["regime"], r["limit"]): (r["clock"], r["amount"])
                  for r in self.c.tables["regime_limits"]}
        for regime, limit, clock, amount in (
                ("R1", "forward", "clock_minutes", "5"), ("R1", "answer", "working_days", "5"),
                ("R1", "summary", "clock_hours", "24"), ("R2", "forward", "working_days", "5"),
                ("R2", "answer", "calendar_days", "20"), ("R2", "update", "calendar_days", "7"),
                ("R2", "publish", "working_days", "2"), ("R4", "answer", "working_days", "10"),
                ("R5", "accept", "calendar_days", "10"), ("R5", "answer", "calendar_days", "30"),
                ("R5", "extension", "calendar_days", "15"),
                ("R6", "answer", "calendar_days", "30"),
                ("R6", "extension", "calendar_days", "30"),
                ("R7", "answer", "working_days", "15"), ("R8", "answer", "working_days", "15")):
            self.assertEqual(limits[regime, limit], (clock, amount), (regime, limit))
        extensions = {r["code"]: r["extensions"] for r in self.c.tables["regimes"]}
        self.assertEqual((extensions["R3"], extensions["R6"], extensions["R2"]), ("1", "2", "0"))

    def test_known_places_lie_in_their_wards(self):
        for lon, lat, ward in (
                (106.6980, 10.7725, "Bến Thành"), (106.7218, 10.7950, "Thạnh Mỹ Tây"),
                (106.8036, 10.8661, "Tăng Nhơn Phú"), (107.0777, 10.3340, "Vũng Tàu"),
                (106.6060, 8.6826, "Côn Đảo")):
            code = self.c.area_at(lon, lat)
            self.assertIsNotNone(code, ward)
            self.assertTrue(self.c.units[code]["name_vi"].endswith(" " + ward), (code, ward))

    def test_routes_lead_to_units_of_their_time(self):
        for route in self.c.tables["routes"]:
            unit = self.c.units.get(route["lead"])
            if unit and unit["valid_from"]:
                self.assertGreaterEqual(route["valid_from"], unit["valid_from"], route)
            if unit and unit["valid_until"]:
                self.assertLessEqual(route["valid_until"] or "9999", unit["valid_until"], route)

    def test_water_is_routed_by_area(self):
        leads = [r["lead"] for r in self.c.tables["routes"]
                 if r["service"] == "HT07" and r["area"] != "*"]
        self.assertEqual([leads.count(u) for u in ("BIWASE", "BWACO", "@place")], [36, 29, 1])


class TinyCity(Rules, unittest.TestCase):
    name = "tiny"
    staff = "STAFF"

    def test_squares_hold_their_places(self):
        self.assertEqual(self.c.area_at(106.65, 10.75), "W1")
        self.assertEqual(self.c.area_at(106.75, 10.75), "W2")
        self.assertIsNone(self.c.area_at(106.85, 10.75))

    def test_regimes_show_both_sides_of_every_rule(self):
        for column in ("approval", "apology", "receipt", "anonymous"):
            self.assertEqual({r[column] for r in self.c.tables["regimes"]}, {"yes", "no"}, column)
        self.assertEqual({r["limit"] for r in self.c.tables["regime_limits"]},
                         set(CHOICES["regime_limits", "limit"].split()))

    def test_calendars_are_those_of_the_big_city(self):
        for table in ("calendars.csv", "calendar_hours.csv", "calendar_days.csv"):
            self.assertEqual((self.c.directory / table).read_bytes(),
                             (CATALOGUES / "hcmc" / table).read_bytes(), table)


if __name__ == "__main__":
    sys.exit(unittest.main())
