# SPDX-License-Identifier: Apache-2.0
"""catalogue_model - a city's services, regimes and units, read from its files and nothing else."""
import datetime
import json

from worktime_model import Calendar, day_of, rows

SECONDS = {"clock_minutes": 60, "clock_hours": 3600, "working_hours": 3600, "working_days": 1, "calendar_days": 1}
FOREVER = 10 ** 9


def first_day(text):
    return datetime.date.fromisoformat(text).toordinal() if text else -FOREVER


def last_day(text):
    return datetime.date.fromisoformat(text).toordinal() if text else FOREVER


def period(clock, amount):
    """(kind, amount) as Calendar.add takes them."""
    return ("clock_hours" if clock == "clock_minutes" else clock, int(amount) * SECONDS[clock])


class Regime:
    def __init__(self, row, limits):
        self.code = row["code"]
        self.valid_from = row["valid_from"]
        self.first, self.last = first_day(row["valid_from"]), last_day(row["valid_until"])
        self.approval, self.apology, self.receipt = (row[name] == "yes" for name in ("approval", "apology", "receipt"))
        self.extensions, self.returns = int(row["extensions"]), int(row["returns"])
        self.limits = limits


class Unit:
    def __init__(self, row, calendar):
        self.code, self.calendar = row["code"], calendar
        self.first, self.last = first_day(row["valid_from"]), last_day(row["valid_until"])
        self.successors = row["successors"].split(";") if row["successors"] else []


class Service:
    def __init__(self, row):
        self.code, self.regime, self.priority = row["code"], row["regime"], int(row["priority"])
        self.kind, self.amount = period(row["clock"], row["amount"])
        self.closed = bool(row["closed_notice_vi"])
        self.incident = row["incident"] == "yes"


class Catalogue:
    def __init__(self, folder):
        city = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
        self.calendars = calendars = {row["code"]: Calendar(folder, row["code"]) for row in rows(folder / "calendars.csv")}
        self.desk = city["desk"]
        self.units = {row["code"]: Unit(row, calendars[row["calendar"] or city["calendar"]])
                      for row in rows(folder / "units.csv")}
        self.services = {row["code"]: Service(row) for row in rows(folder / "services.csv")}
        limits = {}
        for row in rows(folder / "regime_limits.csv"):
            limits.setdefault((row["regime"], row["valid_from"]), {})[row["limit"]] = period(row["clock"], row["amount"])
        self.regimes = [Regime(row, limits.get((row["code"], row["valid_from"]), {}))
                        for row in rows(folder / "regimes.csv")]
        self.reasons = {}
        for row in rows(folder / "reasons.csv"):
            self.reasons.setdefault(row["purpose"], []).append(row["code"])

    def unit_on(self, code, now):
        """The unit, or the one that took over when it has ended; None when nobody has."""
        unit, day = self.units[code], day_of(now)
        while unit.last < day and len(unit.successors) == 1:
            unit = self.units[unit.successors[0]]
        return unit if unit.first <= day <= unit.last else None

    def regime(self, code, received):
        day = day_of(received)
        return next(r for r in self.regimes if r.code == code and r.first <= day <= r.last)
