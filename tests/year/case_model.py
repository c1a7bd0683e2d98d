# SPDX-License-Identifier: Apache-2.0
"""case_model - what becomes of a case, by the rules and not by the program.

Written from the rules of a case's promise; slow, and sharing nothing with what it judges. Every
step is a method that raises Refused when a rule forbids it.
"""
from worktime_model import SECOND, day_ended_by, day_of

OVER = ("ANSWERED", "CLOSED")
AT_DESK = ("SCREENING", "RETURNED")
WITH_UNIT = ("ASSIGNED", "IN_PROGRESS", "REOPENED")
SIGNING = ("DRAFTED", "APPROVED")
RUNNING = AT_DESK + WITH_UNIT + SIGNING
PAUSED = ("NEED_INFO", "SUSPENDED")
OPEN = ("RECEIVED",) + RUNNING + PAUSED
NEVER = None

# In the order in which levels of one moment are raised: working days after the due time.
LATENESS = (("overdue", 0), ("escalated_head", 0), ("escalated_city", 1), ("escalated_leader", 5))
OF_A_HOP = ("forward", "accept")
# What ends with the case; apologies and what comes after an answer are owed all the same.
OF_THE_PROMISE = ("due_soon_half", "due_soon_day", *(level for level, _ in LATENESS), *OF_A_HOP, "update")


class Refused(Exception):
    pass


class Flag:
    def __init__(self, task, level, moment):
        self.task, self.level, self.moment, self.cleared = task, level, moment, NEVER


class Task:
    def __init__(self, number, unit, leads, assigned, due, raised=()):
        self.number, self.unit, self.leads = number, unit, leads
        self.assigned, self.due = assigned, due
        self.state, self.accepted, self.finished = "open", NEVER, NEVER
        self.raised = set(raised)

    @property
    def is_open(self):
        return self.state in ("open", "accepted")

    def end(self, state, now):
        self.state, self.finished = state, now


class Case:
    def __init__(self, catalogue, ident, service, unit, received, now, desk=False, helpers=()):
        self.catalogue, self.id = catalogue, ident
        self.service = catalogue.services[service]
        self.regime = catalogue.regime(self.service.regime, received)
        self.unit = catalogue.units[unit]
        self.calendar = self.unit.calendar  # counts the promise, whoever has the case
        self.received = self.clock_from = received
        self.due, self.last_day = self.promise(received)
        self.steps = []  # (when, what moved the promise on this clock)
        self.merged_into, self.children = NEVER, []
        self.heir = NEVER  # who leads those that it led
        self.public = NEVER
        self.state = "SCREENING" if desk else "ASSIGNED"
        self.tasks, self.flags, self.pauses, self.letters = [], [], [], []
        self.answered = self.closed = self.apologised = self.promised = NEVER
        self.published = self.summarised = self.draft = self.rejecting = self.rated = NEVER
        self.draft_letter = False
        self.extensions = self.returns = self.reopened = 0
        self.last_update = NEVER  # the moment of the last flag "update" on this clock
        self.counts = {}
        self.add_task(self.unit, True, received)
        for helper in helpers:
            self.add_task(catalogue.units[helper], False, received)
        self.count("received")
        if self.regime.receipt:
            self.letters.append(("receipt", unit, now))

    # ---- small words ----

    def count(self, measure, unit=None):
        key = ((unit or self.unit).code, self.service.code, measure)
        self.counts[key] = self.counts.get(key, 0) + 1

    def add_task(self, unit, leads, now, due=None, raised=()):
        self.tasks.append(Task(len(self.tasks) + 1, unit, leads, now, due or self.due, raised))
        return self.tasks[-1]

    @property
    def lead(self):
        """The task that leads now, or led at the end."""
        return [task for task in self.tasks if task.leads][-1]

    @property
    def paused(self):
        return self.state in PAUSED

    def promise(self, start):
        """On a clock that begins then: the due time, and of calendar days the last one, which may be off."""
        return (self.calendar.add(self.service.kind, start, self.service.amount),
                day_of(start) + self.service.amount if self.service.kind == "calendar_days" else None)

    def limit(self, name, start, calendar=None):
        """When a limit of the regime is over; NEVER without one."""
        if name not in self.regime.limits:
            return NEVER
        calendar = calendar or self.unit.calendar
        kind, amount = self.regime.limits[name]
        return self.without_pauses(calendar, kind, start, calendar.add(kind, start, amount), day_of(start) + amount)

    def limit_after(self, name, end, calendar):
        """The same of one that begins when something else ends."""
        if name not in self.regime.limits:
            return NEVER
        kind, amount = self.regime.limits[name]
        return self.without_pauses(calendar, kind, end, calendar.follow(kind, end, amount), day_ended_by(end) + amount)

    def without_pauses(self, calendar, kind, start, end, last_day=None):
        """What is counted from start and would end then, were it not for the times when the clock stood since."""
        for _, begun, ended in self.pauses:
            if ended is not NEVER and ended > start:
                end, last_day = self.moved(calendar, kind, end, last_day, max(begun, start), ended)
        return end

    @staticmethod
    def need(condition, rule):
        if not condition:
            raise Refused(rule)

    def only_in(self, *states):
        self.need(self.state in states, f"not while {self.state}")

    def clear(self, levels, now, task=NEVER):
        """What these flags ask for has come."""
        for flag in self.flags:
            if flag.level in levels and flag.cleared is NEVER and task in (NEVER, flag.task):
                flag.cleared = now

    def close_open_tasks(self, now):
        for task in self.tasks:
            if task.is_open:
                self.cancel(task, now)

    def cancel(self, task, now):
        task.end("cancelled", now)
        if not task.leads:  # nobody waits for it any more
            self.clear(OF_THE_PROMISE, now, task.number)

    # ---- moments ----

    def moments(self, task):
        """What falls due for a task and was not raised, with its moment; in no order."""
        calendar = task.unit.calendar
        if not task.is_open:
            if task.leads and task is self.lead and self.state in OVER and self.answered is not NEVER:
                yield from self.moments_after()
            return
        if self.paused:
            return
        for level, moment in (("due_soon_half", self.half(task)), ("due_soon_day", calendar.shift(day_ended_by(task.due), -1))):
            if task.assigned < moment < task.due:
                yield level, moment
        for level, days in LATENESS:
            yield level, task.due if days == 0 else self.without_pauses(
                calendar, "working_days", task.due, calendar.shift(day_ended_by(task.due), days))
        if task.leads and self.state in AT_DESK:
            yield "forward", self.limit("forward", task.assigned, calendar)
        elif task.state == "open":
            yield "accept", self.limit("accept", task.assigned, calendar)
        if task.leads:
            if self.regime.apology and self.apologised is NEVER:
                yield "apology", task.due
            yield "update", self.limit_after("update", self.last_update or task.due, calendar)

    def moments_after(self):
        if self.published is NEVER:
            yield "publish", self.limit("publish", self.answered)
        if self.service.incident and self.summarised is NEVER:
            yield "summary", self.limit("summary", self.answered)

    def half(self, task):
        """As much of the time in which the clock runs has gone then as is left."""
        calendar = task.unit.calendar
        works = self.service.kind.startswith("working")
        kind = "working_hours" if works else "clock_hours"
        runs = self.runs(task.assigned, task.due)
        half = sum(calendar.between(*run) if works else run[1] - run[0] for run in runs) // 2 // SECOND
        return self.without_pauses(calendar, kind, task.assigned, calendar.add(kind, task.assigned, half))

    def pass_time(self, now):
        """Everything whose moment has come by now."""
        for task in list(self.tasks):
            while True:
                due = [(moment, level) for level, moment in self.moments(task)
                       if moment is not NEVER and moment <= now and level not in task.raised]
                if not due:
                    break
                for moment, level in due:
                    self.raise_flag(task, level, moment)
        self.end_waiting(now)

    def next_moment(self):
        """When pass_time has something to do again; None: never, as things stand."""
        moments = [moment for task in self.tasks for level, moment in self.moments(task)
                   if moment is not NEVER and level not in task.raised]
        moments += [end for end in [self.end_of_waiting()] if end is not NEVER]
        return min(moments, default=None)

    def end_of_waiting(self):
        if self.state == "NEED_INFO":
            return self.limit("info", self.pauses[-1][1])
        return self.limit("confirm", self.answered) if self.state == "ANSWERED" else NEVER

    def raise_flag(self, task, level, moment):
        self.flags.append(Flag(task.number, level, moment))
        if level == "update":
            self.last_update = moment
        else:
            task.raised.add(level)
        if level == "overdue":
            self.count("overdue", task.unit)
        if level in ("due_soon_day", "overdue") and task.leads and self.regime.apology:
            self.draft_letter = True

    def end_waiting(self, now):
        end = self.end_of_waiting()
        if end is NEVER or end > now:
            return
        if self.state == "NEED_INFO":
            self.pauses[-1][2] = now
            self.close_open_tasks(now)
            self.clear(OF_THE_PROMISE, now)
            self.hand_over_children(now)
        self.close(now)

    def close(self, now):
        self.state, self.closed = "CLOSED", now

    # ---- work ----

    def accept(self, now, task):
        if task.leads:
            self.only_in(*AT_DESK, *WITH_UNIT)
        self.need(task.is_open, "finished")
        task.state, task.accepted = "accepted", task.accepted or now  # who takes it over begins no new time
        self.clear(("accept",), now, task.number)
        if task.leads:
            self.state = "IN_PROGRESS"

    def may_answer(self, now):
        self.need(not self.regime.apology or now <= self.due or self.apologised is not NEVER, "apology")

    def finish(self, now):
        task = self.lead
        task.end("done", now)
        self.answered, self.state = now, "ANSWERED"
        self.count("answered")
        if now <= self.due:
            self.count("answered_on_time")
        self.close_open_tasks(now)
        self.clear(OF_THE_PROMISE, now)
        for child in self.children:  # who said the same hears the same
            child.answered = now
            child.clear(OF_THE_PROMISE, now)
            child.count("merged_answered")

    def draft_answer(self, now, person):
        self.only_in("IN_PROGRESS", *SIGNING)
        self.draft, self.state = person, "DRAFTED"

    def approve(self, now, person):
        self.only_in("DRAFTED")
        self.need(person != self.draft, "own draft")
        self.state = "APPROVED"

    def redraft(self):
        """Who was to sign wants it written again."""
        self.only_in(*SIGNING)
        self.draft, self.state = NEVER, "IN_PROGRESS"

    def answer(self, now):
        self.only_in("IN_PROGRESS", "APPROVED")
        self.need(self.state == "APPROVED" or not self.regime.approval, "approval")
        self.may_answer(now)
        self.finish(now)

    # ---- from unit to unit ----

    def hand_over(self, now, unit, state, how):
        """The clock goes on: what was flagged stays flagged."""
        old = self.lead
        old.end(how, now)
        self.unit = unit
        self.state = state
        for task in self.tasks:
            if task.is_open and task.unit is unit:  # a part of what it leads now
                self.cancel(task, now)
        self.add_task(unit, True, now, raised=old.raised - set(OF_A_HOP))
        self.draft = self.rejecting = NEVER

    def send_back(self, now):
        self.only_in(*WITH_UNIT)
        self.need(self.lead.unit.code != self.catalogue.desk, "desk")
        self.need(self.returns < self.regime.returns, "returns")
        self.returns += 1
        self.count("returned")
        self.hand_over(now, self.catalogue.units[self.catalogue.desk], "RETURNED", "returned")

    def in_force(self, code, now):
        unit = self.catalogue.unit_on(code, now)
        self.need(unit is not None, "unit not in force")
        self.need(unit is not self.unit, "has it already")
        return unit

    def assign(self, now, unit):
        self.only_in(*AT_DESK)
        self.pass_on(now, self.in_force(unit, now))

    def transfer(self, now, unit):
        self.only_in(*WITH_UNIT)
        self.need(self.returns < self.regime.returns, "returns")
        unit = self.in_force(unit, now)
        self.returns += 1
        self.pass_on(now, unit)

    def pass_on(self, now, unit):
        self.count("transferred")
        self.clear(("forward",), now)
        self.hand_over(now, unit, "ASSIGNED", "transferred")

    # ---- pauses ----

    def pause(self, now, kind):
        self.only_in("IN_PROGRESS", *(AT_DESK if kind == "info" else ()))
        self.state = {"info": "NEED_INFO", "suspend": "SUSPENDED"}[kind]
        self.pauses.append([kind, now, NEVER])
        if kind == "info":
            self.letters.append(("information", self.unit.code, now))

    def resume(self, now):
        kind, begun, _ = self.pauses[-1]
        self.pauses[-1][2] = now
        self.steps.append((begun, lambda due, last_day: self.promise_moved(due, last_day, begun, now)))
        self.state = "IN_PROGRESS" if kind == "suspend" or self.lead.state == "accepted" else "SCREENING"
        due, last_day = self.promise_moved(self.due, self.last_day, begun, now)
        for task in self.tasks:
            if task.is_open:  # all are due with the case
                task.due = due
        self.due, self.last_day = due, last_day

    def promise_moved(self, due, last_day, begun, now):
        return self.moved(self.calendar, self.service.kind, due, last_day, begun, now)

    @staticmethod
    def moved(calendar, kind, due, last_day, begun, now):
        """The same time is left as when the clock stopped."""
        if begun >= due:
            return due, last_day
        if kind == "clock_hours":
            return due + (now - begun), last_day
        if kind == "working_hours":
            left = calendar.between(begun, due) // SECOND * SECOND  # working time is counted in seconds
            return max(due, calendar.add("working_hours", now, left // SECOND)), last_day
        if kind == "working_days":
            day = day_of(now)
            for _ in range(calendar.working_days(day_of(begun), day_ended_by(due))):
                day = calendar.next_working(day + 1)
        else:
            # Days that passed while it stood come after the last one, whether they are worked or not. With all
            # over, and only the roll to a working day to come, there is nothing that they come after.
            stood = day_of(now) - day_of(begun)
            day = last_day = last_day + stood if last_day > day_of(begun) else day_of(now)
        while calendar.closing(calendar.next_working(day)) <= now:
            day = last_day = day + 1
        new = calendar.closing(calendar.next_working(day))
        if day_ended_by(new) == day_ended_by(due) and now < due:
            new = due  # on the same day as before: a date that was set keeps its hour
        return max(new, due), last_day

    # ---- the promise ----

    def extend(self, now, due):
        self.only_in("IN_PROGRESS", "DRAFTED", "APPROVED", "ASSIGNED", "REOPENED")
        self.need(now <= self.due, "past")
        self.need(self.extensions < self.regime.extensions, "used up")
        self.need(due > self.due, "not later")
        end = self.last_extension()
        self.need(end is NEVER or due <= end, "too far")
        for calendar in (self.calendar, self.unit.calendar):
            self.need(calendar.is_working_moment(due), "not worked")
        self.extensions += 1
        self.steps.append((now, lambda *_: self.worked_date(due)))
        for task in self.tasks:
            if task.is_open and task.due == self.due:
                task.due = due
        self.due, self.last_day = due, day_ended_by(due)
        self.count("extended")

    def last_extension(self):
        """30 days, and 15 more, are 45: days off that the 30 rolled over are none of them."""
        kind, days = self.regime.limits.get("extension", (None, None))
        if kind == self.service.kind == "calendar_days":
            return self.calendar.closing(self.calendar.next_working(self.last_day + days))
        return self.limit_after("extension", self.due, self.calendar)

    def worked_date(self, us):
        """A date that was set, unless its day is off by now."""
        if not self.calendar.is_working_moment(us):
            us = max(us, self.calendar.closing(self.calendar.next_working(day_ended_by(us))))
        return us, day_ended_by(us)

    def count_again(self):
        """A calendar has changed: the promise moves forward or not at all, also that of a case which waits for
        another one's answer."""
        if self.state not in OPEN and not (self.state == "MERGED" and self.answered is NEVER):
            return
        due, last_day = self.promise(self.clock_from)
        for _, step in sorted(self.steps, key=lambda step: step[0]):
            due, last_day = step(due, last_day)
        if due <= self.due:
            return
        for task in self.tasks:
            if task.is_open and task.due == self.due:
                task.due = due
        self.due, self.last_day = due, last_day

    def apologise(self, now, new_due):
        self.only_in(*OPEN)
        self.need(self.regime.apology, "no apology")
        self.need(self.apologised is NEVER, "apologised already")
        self.need(new_due > now and new_due > self.due, "not later")
        self.need(self.unit.calendar.is_working_moment(new_due), "not worked")
        self.hear_apology(now, new_due, self.unit)
        for child in self.waiting():
            if child.regime.apology and child.apologised is NEVER and child.due < new_due:
                child.hear_apology(now, new_due, self.unit)

    def hear_apology(self, now, new_due, sender):
        self.apologised, self.promised = now, new_due
        self.letters.append(("apology", sender.code, now))
        self.clear(("apology",), now)
        self.count("apologised")
        if now <= self.due:
            self.count("apologised_on_time")

    # ---- other ends ----

    def waiting(self):
        """Who was merged into it and has had no answer yet."""
        return [child for child in self.children if child.answered is NEVER]

    def take(self, child):
        child.merged_into = self
        self.children.append(child)

    def hand_over_children(self, now):
        """Its citizen speaks for himself alone: the first of the others leads them."""
        waiting = sorted(self.waiting(), key=lambda child: child.id)
        if waiting:
            heir, *others = waiting
            self.heir = heir
            heir.stand_alone(now, self.unit)
            self.children.remove(heir)
            for child in others:
                self.children.remove(child)
                heir.take(child)

    def stand_alone(self, now, unit):
        """On the clock as before; what was flagged stays flagged."""
        raised = self.lead.raised - set(OF_A_HOP)
        self.unit = self.catalogue.unit_on(unit.code, now) or self.catalogue.units[self.catalogue.desk]
        self.state, self.closed, self.merged_into, self.rejecting = "ASSIGNED", NEVER, NEVER, NEVER
        self.add_task(self.unit, True, now, raised=raised)

    def split(self, now, other):
        self.only_in("MERGED")
        self.need(self.merged_into is other, "of another")
        self.need(self.answered is NEVER, "answered")
        other.children.remove(self)
        self.stand_alone(now, self.unit)

    def end_all(self, now, state, letter=NEVER):
        """Who reported the same is told the same."""
        for case in [self, *self.waiting()]:
            case.end(now, state)
            if letter:
                case.letters.append((letter, self.unit.code, now))
        self.children = [child for child in self.children if child.state == "MERGED"]

    def withdraw(self, now, follows):
        self.only_in(*OPEN, "MERGED")
        if self.state == "MERGED":
            self.need(self.merged_into is follows, "of another")
            self.need(self.answered is NEVER, "answered")
            self.leave()
        self.end(now, "WITHDRAWN")
        self.count("withdrawn")
        self.hand_over_children(now)

    def leave(self):
        """Follows the other case no more."""
        lead, self.merged_into = self.merged_into, NEVER
        lead.children.remove(self)
        return lead

    def propose_refusal(self, now, person):
        self.only_in(*AT_DESK, *WITH_UNIT)
        self.rejecting = person

    def confirm_refusal(self, now, person):
        self.only_in(*AT_DESK, *WITH_UNIT)
        self.need(self.rejecting is not NEVER, "not proposed")
        self.need(person != self.rejecting, "own proposal")
        self.end_all(now, "REJECTED", "refusal")

    def merge(self, now, other):
        self.only_in(*AT_DESK, *WITH_UNIT)
        self.need(other is not self, "itself")
        self.need(other.state in OPEN, "not open")
        self.count("merged")
        self.state, self.closed = "MERGED", now  # what was promised is owed until the other one is answered
        self.close_open_tasks(now)
        self.clear(OF_A_HOP, now)
        for child in [self, *self.waiting()]:
            if child is not self:
                self.children.remove(child)
            other.take(child)

    def forward(self, now):
        self.only_in(*AT_DESK, *WITH_UNIT)
        self.end_all(now, "FORWARDED_OUT")

    def end(self, now, state):
        if self.paused:
            self.pauses[-1][2] = now
        self.state, self.closed = state, now
        self.close_open_tasks(now)
        self.clear(OF_THE_PROMISE, now)

    # ---- after the answer ----

    def rate(self, now, score, follows):
        self.only_in("ANSWERED", "MERGED")
        self.need(self.state != "MERGED" or self.merged_into is follows, "of another")
        self.need(self.answered is not NEVER, "no answer")
        self.need(self.rated is NEVER, "rated once")
        if self.state == "MERGED":
            end = self.limit("confirm", self.answered)
            self.need(end is NEVER or now <= end, "window")
        self.rated = score
        self.count(f"rated_{score}")
        if self.state == "ANSWERED":  # who was merged was closed then
            self.close(now)

    def reopen(self, now, follows):
        self.only_in(*OVER, "MERGED")
        self.need(self.state != "MERGED" or self.merged_into is follows, "of another")
        self.need(self.answered is not NEVER, "no answer")
        end = self.limit("confirm", self.answered)
        self.need(end is not NEVER and now <= end, "window")
        self.reopened += 1
        self.count("reopened")
        answered_by = self.leave().unit if self.state == "MERGED" else self.unit
        self.state = "REOPENED"
        self.unit = self.catalogue.unit_on(answered_by.code, now) or self.catalogue.units[self.catalogue.desk]
        self.calendar, self.clock_from, self.steps = self.unit.calendar, now, []
        self.due, self.last_day = self.promise(now)
        self.extensions = 0  # a new clock, a new right
        self.answered = self.closed = self.apologised = self.promised = NEVER
        self.published = self.summarised = NEVER
        self.draft = self.rejecting = NEVER
        self.draft_letter, self.last_update = False, NEVER
        self.add_task(self.unit, True, now)

    # ---- duties ----

    def update(self, now):
        self.only_in(*RUNNING)
        self.clear(("update",), now)

    def publish(self, now, answer, description):
        self.only_in(*OVER)
        self.need(self.answered is not NEVER, "no answer")
        self.need(self.published is NEVER, "published already")
        self.published, self.public = now, (now, answer, description)
        self.clear(("publish",), now)

    def summarise(self, now):
        self.only_in(*OVER)
        self.need(self.answered is not NEVER, "no answer")
        self.need(self.summarised is NEVER, "summarised already")
        self.summarised = now
        self.clear(("summary",), now)

    # ---- what comes of it ----

    def runs(self, since, until):
        """From when to when the clock runs between."""
        runs = []
        for _, stopped, goes_on in self.pauses:
            if goes_on is not NEVER and goes_on > since and stopped < until:
                runs.append((since, max(since, stopped)))
                since = min(goes_on, until)
        return [*runs, (since, until)]

    def worked(self, calendar, since, until):
        """Working time between, without the times when the clock stood."""
        return sum(calendar.between(*run) for run in self.runs(since, until)) if since < until else 0

    def segments(self):
        """Of each finished hop and part: its working time, and what of it lies after the due time."""
        return {task.number: (self.worked(task.unit.calendar, task.assigned, task.finished),
                              self.worked(task.unit.calendar, max(task.assigned, self.due), task.finished))
                for task in self.tasks}

    def lateness(self):
        """All of it is the unit's that leads."""
        return self.worked(self.unit.calendar, self.due, self.answered)
