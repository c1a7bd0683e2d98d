# SPDX-License-Identifier: Apache-2.0
"""worktime_model - working time counted day by day and interval by interval.

Independent of common/worktime: written from the rules (Civil Code 2015, articles 145 to 148)
and slow on purpose. Moments are microseconds since 1970 UTC; days are local ordinals.
"""
import csv
import datetime
import functools

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
UTC_OFFSET = 7 * HOUR  # Viet Nam has no daylight saving
EPOCH = datetime.date(1970, 1, 1).toordinal()
AGES = 4000  # days that no count goes beyond


def rows(path):
    with open(path, encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def day_of(us):
    return (us + UTC_OFFSET) // DAY + EPOCH


def day_ended_by(us):
    """Of an end, such as a due time: at 24:00 it ends the day that is over, and is none of the next one's."""
    return day_of(us - 1)


def midnight(day):
    return (day - EPOCH) * DAY - UTC_OFFSET


def moment(text):
    """Of "2026-02-13 16:30", local."""
    at = datetime.datetime.strptime(text, "%Y-%m-%d %H:%M")
    return midnight(at.toordinal()) + at.hour * HOUR + at.minute * 60 * SECOND


def seconds(clock):
    hours, minutes = clock.split(":")
    return (int(hours) * 60 + int(minutes)) * 60 * SECOND


class Calendar:
    def __init__(self, folder, code):
        self.code = code
        self.hours = {}
        for row in rows(folder / "calendar_hours.csv"):
            if row["calendar"] == code:
                self.hours.setdefault(int(row["weekday"]), []).append((seconds(row["from"]), seconds(row["to"])))
        self.special = {}
        for row in rows(folder / "calendar_days.csv"):
            if row["calendar"] == code:
                day = datetime.date.fromisoformat(row["date"]).toordinal()
                self.special[day] = int(row["hours_of"]) if row["works"] == "WORK" else None
        self.known = {}

    def intervals(self, day):
        """Of office hours, in their order."""
        if day not in self.known:
            weekday = self.special.get(day, datetime.date.fromordinal(day).isoweekday())
            self.known[day] = [(midnight(day) + begin, midnight(day) + end)
                               for begin, end in sorted(self.hours.get(weekday, []))]
        return self.known[day]

    def change(self, day, hours_of):
        """Announced: the day has this weekday's hours, or is off (None)."""
        self.special[day] = hours_of
        self.known.clear()
        for counted in (Calendar.add, Calendar.between, Calendar.shift):
            counted.cache_clear()

    def works(self, day):
        return bool(self.intervals(day))

    def closing(self, day):
        return self.intervals(day)[-1][1]

    def next_working(self, day):
        """The day itself when it is worked."""
        while not self.works(day):
            day += 1
        return day

    def is_working_moment(self, us):
        """In office hours; closing times count, midnight among them."""
        return any(begin <= us <= end for day in {day_of(us), day_of(us - 1)} for begin, end in self.intervals(day))

    @functools.lru_cache(None)
    def add(self, kind, start, amount):
        """amount: seconds of the hour kinds, days of the day kinds."""
        day = day_of(start)
        if kind == "clock_hours":
            return start + amount * SECOND
        if kind == "working_hours":
            return self._add_working(start, amount * SECOND)
        if kind == "working_days":
            for _ in range(amount):
                day = self.next_working(day + 1)
            return self.closing(self.next_working(day))
        return self.closing(self.next_working(day + amount))

    def _add_working(self, start, left):
        if left == 0:
            return start if self.is_open_or_end(start) else self._next_opening(start)
        for day in range(day_of(start), day_of(start) + AGES):
            for begin, end in self.intervals(day):
                begin = max(begin, start)
                if begin >= end:
                    continue
                if left <= end - begin:
                    return begin + left
                left -= end - begin
        raise ValueError("beyond the calendar")

    def is_open_or_end(self, us):
        return self.is_working_moment(us)

    def _next_opening(self, us):
        for day in range(day_of(us), day_of(us) + AGES):
            for begin, _ in self.intervals(day):
                if begin >= us:
                    return begin
        raise ValueError("beyond the calendar")

    @functools.lru_cache(None)
    def between(self, start, end):
        if end < start:
            return -self.between(end, start)
        total = 0
        for day in range(day_of(start), day_of(end) + 1):
            for begin, stop in self.intervals(day):
                total += max(0, min(stop, end) - max(begin, start))
        return total

    def follow(self, kind, end, amount):
        """What begins to count when something else ends."""
        if kind in ("working_days", "calendar_days"):
            return self.add(kind, midnight(day_ended_by(end)), amount)
        return self.add(kind, end, amount)

    def working_days(self, after, until):
        """Working days in (after, until]."""
        return sum(1 for day in range(after + 1, until + 1) if self.works(day))

    @functools.lru_cache(None)
    def shift(self, day, days):
        """Closing time of the working day so many working days on or back."""
        if days == 0:
            return self.closing(self.next_working(day))
        step = 1 if days > 0 else -1
        for _ in range(abs(days)):
            day += step
            while not self.works(day):
                day += step
        return self.closing(day)


VECTORS = [  # from, kind, amount, result; office hours 07:30-11:30 and 13:00-17:00
    ("2026-02-13 09:00", "working_days", 5, "2026-02-27 17:00"),
    ("2026-02-13 16:30", "working_hours", 8 * 3600, "2026-02-23 16:30"),
    ("2026-01-09 09:00", "working_days", 1, "2026-01-10 17:00"),
    ("2026-01-09 16:00", "working_hours", 2 * 3600, "2026-01-10 08:30"),
    ("2026-08-21 09:00", "working_days", 1, "2026-08-22 17:00"),
    ("2026-08-28 09:00", "working_days", 2, "2026-09-04 17:00"),
    ("2026-04-24 09:00", "working_days", 2, "2026-04-29 17:00"),
    ("2026-11-23 16:00", "working_hours", 2 * 3600, "2026-11-25 08:30"),
    ("2026-02-10 09:00", "working_days", 20, "2026-03-17 17:00"),
    ("2026-02-05 09:00", "calendar_days", 10, "2026-02-23 17:00"),
    ("2026-10-25 09:00", "calendar_days", 30, "2026-11-25 17:00"),
    ("2026-10-05 11:20", "working_hours", 2 * 3600, "2026-10-05 14:50"),
]


def check_vectors(calendar):
    """The model against days that were counted by hand."""
    for start, kind, amount, result in VECTORS:
        found = calendar.add(kind, moment(start), amount)
        assert found == moment(result), f"{start} + {amount} {kind}: {found} is not {result}"
