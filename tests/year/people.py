# SPDX-License-Identifier: Apache-2.0
"""people - what citizens, officers and heads do in a year, drawn by chance; much of it not allowed.

A deed is (verb, command fields, body, function on the model). The model says whether it is
allowed; the tracker has to say the same.
"""
from case_model import AT_DESK, WITH_UNIT
from worktime_model import DAY, HOUR, SECOND, day_of

NAMES = ("an", "binh", "chi", "dung")
PERSONS_EPOCH = 0


class People:
    def __init__(self, chance, catalogue):
        self.chance, self.catalogue = chance, catalogue
        self.cases = []  # all that came in so far
        self.unit_codes = sorted(code for code, unit in catalogue.units.items() if code != catalogue.desk)

    def deed(self, case, now):
        if now > case.due and case.regime.apology and case.apologised is None and self.chance.random() < 0.7:
            return self.apologise(case, now)
        verbs = DEEDS if self.chance.random() < 0.15 else LIKELY.get(case.state, DEEDS)
        return self.chance.choice(verbs)(self, case, now)

    # ---- words ----

    def staff(self, case, role="officer", name=None):
        name = name or self.chance.choice(NAMES)
        return {"role": role, "actor": f"{role}:{name}", "unit": case.lead.unit.code}, name

    def desk(self):
        return {"role": "coordinator", "actor": "coordinator:desk", "unit": self.catalogue.desk}

    def reason(self, purpose):
        return self.chance.choice(self.catalogue.reasons[purpose])

    def other_unit(self, case):
        return self.chance.choice([code for code in self.chance.sample(self.unit_codes, 3) if code != case.unit.code])

    def later_moment(self, case, now):
        """Mostly one that could be promised."""
        calendar = case.unit.calendar
        day = day_of(max(now, case.due)) + self.chance.randint(0, 12)
        if self.chance.random() < 0.8:
            return calendar.closing(calendar.next_working(day)) - self.chance.choice((0, HOUR, 2 * HOUR))
        return now + self.chance.randint(-3, 20) * DAY + self.chance.randint(0, 86399) * SECOND

    # ---- deeds ----

    def accept(self, case, now):
        task = self.chance.choice([task for task in case.tasks if task.is_open] or [case.lead])
        by, _ = self.staff(case)
        by["unit"] = task.unit.code
        return "accept", {**by, "task": task.number}, None, lambda: case.accept(now, task)

    def answer(self, case, now):
        body = None if case.state == "APPROVED" else {"result": "solved", "text": "Đã giải quyết xong."}
        return "answer", self.staff(case)[0], body, lambda: case.answer(now)

    def draft(self, case, now):
        by, name = self.staff(case)
        return "draft", by, {"result": "solved", "text": "Dự thảo."}, lambda: case.draft_answer(now, name)

    def approve(self, case, now):
        by, name = self.staff(case, "head")
        return "approve", by, None, lambda: case.approve(now, name)

    def redraft(self, case, now):
        return "send_back", self.staff(case, "head")[0], {"text": "Viết rõ hơn."}, case.redraft

    def send_back(self, case, now):
        return ("return", self.staff(case)[0], {"reason": self.reason("return"), "text": "Không thuộc địa bàn."},
                lambda: case.send_back(now))

    def assign(self, case, now):
        unit = self.other_unit(case)
        return "assign", self.desk(), {"unit": unit}, lambda: case.assign(now, unit)

    def transfer(self, case, now):
        unit = self.other_unit(case)
        return "transfer", self.staff(case)[0], {"unit": unit}, lambda: case.transfer(now, unit)

    def ask(self, case, now):
        return "ask", self.staff(case)[0], {"question": "Số nhà nào?"}, lambda: case.pause(now, "info")

    def info(self, case, now):
        def give():
            case.only_in("NEED_INFO")
            case.resume(now)
        return "info", {"role": "citizen", "actor": "citizen"}, {"text": "Số 12."}, give

    def suspend(self, case, now):
        body = {"decision": "12/QĐ-UBND", "reason_code": self.reason("suspend")}
        return "suspend", self.staff(case, "head")[0], body, lambda: case.pause(now, "suspend")

    def resume(self, case, now):
        def go_on():
            case.only_in("SUSPENDED")
            case.resume(now)
        return "resume", self.staff(case, "head")[0], {"decision": "15/QĐ-UBND"}, go_on

    def extend(self, case, now):
        due = self.later_moment(case, now)
        body = {"reason_code": self.reason("extension"), "due_at": due, "text": "Vụ việc phức tạp."}
        return "extend", self.staff(case, "head")[0], body, lambda: case.extend(now, due)

    def apologise(self, case, now):
        due = self.later_moment(case, now)
        body = {"reason_code": self.reason("apology"), "text": "Chờ vật tư.", "new_due_at": due}
        return "apologise", self.staff(case, "head")[0], body, lambda: case.apologise(now, due)

    @staticmethod
    def citizen(case):
        """Whoever follows another case says which: the command's fields, and that one."""
        follows = case.merged_into if case.state == "MERGED" else None
        return {"role": "citizen", "actor": "citizen", **({"into": follows.id} if follows else {})}, follows

    def withdraw(self, case, now):
        by, follows = self.citizen(case)
        return "withdraw", by, None, lambda: case.withdraw(now, follows)

    def reject(self, case, now):
        by, name = self.staff(case)
        body = {"reason_code": self.reason("reject"), "text": "Nội dung không rõ."}
        return "reject", by, body, lambda: case.propose_refusal(now, name)

    def confirm(self, case, now):
        by, name = self.staff(case, "head")
        return "confirm", by, None, lambda: case.confirm_refusal(now, name)

    def forward(self, case, now):
        body = {"to": "Bộ Xây dựng", "document": "7/PC", "date": "2026-05-04"}
        return "forward", self.staff(case, "head")[0], body, lambda: case.forward(now)

    def merge(self, case, now):
        others = [self.chance.choice(self.cases) for _ in range(4)]
        other = next((o for o in others if o.closed is None and o.answered is None), others[0])
        return "merge", {**self.desk(), "into": other.id}, None, lambda: case.merge(now, other)

    def split(self, case, now):
        other = case.merged_into or self.chance.choice(self.cases)
        return "split", {**self.desk(), "into": other.id}, None, lambda: case.split(now, other)

    def update(self, case, now):
        return "update", self.staff(case)[0], {"text": "Đang chờ vật tư."}, lambda: case.update(now)

    def publish(self, case, now):
        body = {"answer": f"Đã xử lý \"{self.chance.randint(1, 99)}\"."}
        if self.chance.random() < 0.5:
            body["description"] = "Ổ gà."
        return "publish", self.staff(case)[0], body, lambda: case.publish(now, body["answer"], body.get("description"))

    def summarise(self, case, now):
        return "summarise", self.staff(case)[0], {"text": "Đã khắc phục."}, lambda: case.summarise(now)

    def rate(self, case, now):
        score = self.chance.randint(1, 5)
        by, follows = self.citizen(case)
        return "rate", by, {"score": score}, lambda: case.rate(now, score, follows)

    def reopen(self, case, now):
        by, follows = self.citizen(case)
        return "reopen", by, {"text": "Chưa xong."}, lambda: case.reopen(now, follows)


P = People
DEEDS = (P.accept, P.answer, P.draft, P.approve, P.send_back, P.assign, P.transfer, P.ask, P.info, P.suspend, P.resume,
         P.extend, P.apologise, P.withdraw, P.reject, P.confirm, P.forward, P.rate, P.reopen, P.merge, P.split,
         P.update, P.publish, P.summarise, P.redraft)
WORK = (P.accept,) * 4 + (P.answer,) * 9 + (P.draft,) * 5 + (P.ask, P.ask, P.suspend, P.extend, P.extend, P.apologise,
                                                            P.apologise, P.send_back, P.transfer, P.reject, P.merge, P.update)
LIKELY = {
    **{state: (P.assign,) * 8 + (P.accept, P.ask, P.reject, P.confirm, P.withdraw, P.merge) for state in AT_DESK},
    **{state: WORK for state in WITH_UNIT},
    "ASSIGNED": (P.accept,) * 12 + (P.send_back, P.send_back, P.transfer, P.extend, P.apologise, P.withdraw),
    "NEED_INFO": (P.info,) * 6 + (P.withdraw,),
    "SUSPENDED": (P.resume,) * 6 + (P.withdraw,),
    "DRAFTED": (P.approve,) * 6 + (P.apologise, P.draft, P.redraft),
    "APPROVED": (P.answer,) * 6 + (P.apologise, P.draft, P.redraft),
    "ANSWERED": (P.rate, P.rate, P.reopen, P.publish, P.summarise),
    "MERGED": (P.split, P.withdraw, P.rate, P.rate, P.reopen, P.reopen),
    "CLOSED": (P.reopen, P.rate, P.publish, P.publish, P.summarise),
}
