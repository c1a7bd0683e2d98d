#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""run - a year in a minute: tests/year/run.py PROGRAMS FAKE_TIME_LIBRARY

Thousands of cases of all regimes live through 2026, with Tết, worked Saturdays, pauses,
extensions, transfers, merges, publications, letters, days off that are announced meanwhile, and a tracker that is
killed at random moments. The tracker and
its database are real; their time of day is ours. A model of the rules that shares no code with
them (case_model.py) says of every deed whether it is allowed, and in the end how every case,
task, flag, pause, publication and letter must stand, and whose the lateness of some is. YEAR_CASES (3000, so that the usual run stays short; 20000
take four minutes) and YEAR_SEED (2026) choose another year.
"""
import datetime
import heapq
import os
import pathlib
import random
import re
import sys
import time
import uuid

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from case_model import Case, Refused  # noqa: E402
from catalogue_model import Catalogue  # noqa: E402
from compare import compare  # noqa: E402
from fake_city import FakeCity, encode, say  # noqa: E402
from people import People  # noqa: E402
from worktime_model import DAY, SECOND, check_vectors, day_of, moment  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
CASES = int(os.environ.get("YEAR_CASES", "3000"))
SEED = int(os.environ.get("YEAR_SEED", "2026"))
BEGIN, LAST_CASE, END = moment("2026-01-05 00:00"), moment("2026-11-30 00:00"), moment("2027-02-01 00:00")
STEPS = 1500
KILLS = 12
CALENDAR_CHANGES = 8
# How probable it is that nobody does anything more about a case.
FORGOTTEN = {"WITHDRAWN": 0.8, "REJECTED": 0.8, "FORWARDED_OUT": 0.8, "CLOSED": 0.5, "ANSWERED": 0.3, "MERGED": 0.9}


class Year:
    def __init__(self, city, chance):
        self.city, self.chance = city, chance
        self.catalogue = Catalogue(ROOT / "deploy/catalogue/hcmc")
        check_vectors(self.catalogue.units[self.catalogue.desk].calendar)
        self.people = People(chance, self.catalogue)
        self.services = [s.code for s in self.catalogue.services.values() if not s.closed]
        self.cases = {}
        self.references = {}
        self.agenda = []  # (moment, case id): when somebody does something
        self.moments = []  # (moment, case id): when the model says that something falls due
        self.stories = {}  # what was done to each case
        self.watched = {}  # of each case its moment in the list above
        self.deeds = self.refused = self.flags = 0
        self.differences = []

    def uuid(self, now):
        return str(uuid.UUID(int=(now // 1000) << 80 | 7 << 76 | self.chance.getrandbits(12) << 64 | 2 << 62
                             | self.chance.getrandbits(62)))

    # ---- a step: an instant at which everything happens ----

    def step(self, before, now, new_cases, crash):
        self.city.set_time(now)
        self.raise_flags(now)
        self.receive(before, now, new_cases, crash)
        self.act(now, crash)

    def change_calendar(self, now, crash):
        """A day off is announced, or a worked weekend, or what was announced before is taken back."""
        code = self.chance.choice(("OFFICE_HOURS", "OFFICE_HOURS", "ALWAYS"))
        calendar = self.catalogue.calendars[code]
        day = day_of(now) + self.chance.randint(1, 30)
        hours_of = None if calendar.works(day) else self.chance.randint(1, 5)
        calendar.change(day, hours_of)
        self.city.change_calendar(code, datetime.date.fromordinal(day), hours_of, crash)
        for case in self.cases.values():
            case.count_again()
            self.watch(case)

    def raise_flags(self, now):
        """As sentinel does: asks for what has come, until nothing has."""
        while self.moments and self.moments[0][0] <= now:
            at, ident = heapq.heappop(self.moments)
            if at == self.watched.get(ident):  # else it has moved
                self.watched[ident] = None
                self.cases[ident].pass_time(now)
                self.watch(self.cases[ident])
        while True:
            due = self.city.due_tasks(now)
            if not due:
                return
            self.flags += len(due)
            self.city.ask("case.command.v1", [
                [encode({"verb": "flag", "case_id": ident, "task": int(number), "actor": "sentinel"}), b""]
                for ident, number in due])

    def watch(self, case):
        moment = case.next_moment()
        if moment is not None and moment != self.watched.get(case.id):
            heapq.heappush(self.moments, (moment, case.id))
            self.watched[case.id] = moment
        if case.heir is not None:
            self.watch(case.heir)
            case.heir = None

    def receive(self, before, now, count, crash):
        items, cases = [], []
        for _ in range(count):
            case, item = self.new_case(self.chance.randint(before + 1, now), now)
            cases.append(case)
            items.append(item)
        answers = self.city.ask("case.record.v1", items, crash)
        for case, answer in zip(cases, answers):
            if answer.get("due_at") != case.due or answer.get("state") != case.state:
                self.differences.append(f"{case.id} {case.service.code}: received {answer}, not {case.state} {case.due}")
            self.cases[case.id] = case
            self.people.cases.append(case)
            self.references[case.id] = answer.get("reference")
            self.watch(case)
            self.plan(case, now)

    def new_case(self, received, now):
        service = self.chance.choice(self.services)
        desk = self.chance.random() < 0.1
        unit = self.catalogue.desk if desk else self.chance.choice(self.people.unit_codes)
        helpers = [u for u in self.chance.sample(self.people.unit_codes, 2) if u != unit] if self.chance.random() < 0.15 else []
        case = Case(self.catalogue, self.uuid(received), service, unit, received, now, desk, helpers)
        head = {"id": case.id, "received_at": received, "service": service, "channel": "api", "language": "vi"}
        route = {"unit": unit, "priority": case.service.priority, "rule": "year", "desk": desk}
        if helpers:
            route["coordinators"] = helpers
        return case, [encode(head), encode(route), encode({"description": "Ổ gà lớn"}), b""]

    def plan(self, case, now):
        """When somebody next does something about the case."""
        if self.chance.random() < FORGOTTEN.get(case.state, 0.01):
            return
        wait = self.chance.choice((self.chance.random() * DAY, self.chance.expovariate(1 / (3 * DAY)),
                                   self.chance.expovariate(1 / (12 * DAY))))
        heapq.heappush(self.agenda, (now + int(wait), case.id))

    def act(self, now, crash):
        items, deeds = [], []
        asked = set()
        while self.agenda and self.agenda[0][0] <= now:
            _, ident = heapq.heappop(self.agenda)
            if ident in asked:
                continue
            asked.add(ident)
            case = self.cases[ident]
            verb, fields, body, change = self.people.deed(case, now)
            command = {"verb": verb, "case_id": ident, "id": self.uuid(now), **fields}
            items.append([encode(command), encode(body) if body else b""])
            deeds.append((case, command, body, change))
        answers = self.city.ask("case.command.v1", items, crash)
        for (case, command, body, change), answer in zip(deeds, answers):
            self.judge(case, command, body, change, answer)
            self.watch(case)
            self.plan(case, now)

    def judge(self, case, command, body, change, answer):
        self.deeds += 1
        state = case.state
        try:
            change()
            expected = case.state
        except Refused as why:
            self.refused += 1
            expected = None
            rule = str(why)
        self.stories.setdefault(case.id, []).append(f"{command} {body} -> {answer}")
        if ("refused" in answer) != (expected is None) or expected not in (None, answer.get("state")):
            story = "\n    ".join(self.stories[case.id][-5:])
            self.differences.append(f"{case.id} {case.service.code}, which was {state}, should be "
                                    f"{expected or 'refused: ' + rule}\n    {story}")

    # ---- the year ----

    def live(self):
        self.city.set_time(BEGIN)
        self.city.start()
        self.city.make_partitions(BEGIN, END)
        moments = sorted(self.chance.randrange(BEGIN // SECOND, LAST_CASE // SECOND) * SECOND for _ in range(STEPS))
        crashes = set(self.chance.sample(range(STEPS), KILLS))
        changes = set(self.chance.sample(range(STEPS), CALENDAR_CHANGES))
        before = BEGIN
        for i, now in enumerate(moments):
            count = CASES * (i + 1) // STEPS - CASES * i // STEPS
            self.step(before, now, count, i in crashes)
            if i in changes:
                self.change_calendar(now, self.chance.random() < 0.5)
            before = now
            if len(self.differences) > 20:
                break
        for now in range(LAST_CASE, END, DAY // 2):  # what is left runs out
            self.step(now, now, 0, False)


def verify(city):
    """Whatever was done, the ledger is as it was recorded."""
    try:
        city.place.ctl("verify")
    except RuntimeError as wrong:
        return [str(wrong)]
    return []


def main():
    programs, shim = (pathlib.Path(word).resolve() for word in sys.argv[1:3])
    begun = time.monotonic()
    say(f"YEAR_CASES={CASES} YEAR_SEED={SEED}")
    with FakeCity(programs, shim) as city:
        year = Year(city, random.Random(SEED))
        year.live()
        differences = year.differences + compare(city, year) + verify(city)
    for line in differences[:20]:
        print(f"DIFFERENT: {line}")
        for ident in re.findall("^[a-z]+: .'([0-9a-f-]{36})'", line):
            print("    " + "\n    ".join(year.stories.get(ident, ["nothing was done to it"])))
    states = {}
    for case in year.cases.values():
        states[case.state] = states.get(case.state, 0) + 1
    print(f"cases {len(year.cases)}, deeds {year.deeds}, of them refused {year.refused}, flag commands {year.flags}, "
          f"calendar changes {CALENDAR_CHANGES}, traced {year.traced}, kills {city.kills}, differences {len(differences)}, {time.monotonic() - begun:.0f} s; {states}")
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main())
