# SPDX-License-Identifier: Apache-2.0
"""compare - how the ledger stands after the year, beside the model: every row of both."""
US = "(extract(epoch FROM {0}) * 1000000)::bigint"


def us(column):
    return US.format(column)


def kept(city, statement):
    return {texts(*row) for row in city.sql(statement)}


def differ(what, kept_rows, expected, out):
    for row in sorted(expected - kept_rows, key=str)[:5]:
        out.append(f"{what}: {row} is missing")
    for row in sorted(kept_rows - expected, key=str)[:5]:
        out.append(f"{what}: {row} should not be there")


def texts(*values):
    return tuple("" if v is None else str(v) for v in values)


def compare(city, year):
    out = []
    cases = year.cases.values()
    differ("case", kept(city, f"""
        SELECT id, state, unit, {us('due_at')}, extensions, returns, reopened, {us('answered_at')}, {us('closed_at')},
               {us('apologised_at')}, {us('promised_at')}, {us('published_at')}, {us('summarised_at')}, merged_into,
               merged, calendar FROM cases"""),
           {texts(c.id, c.state, c.unit.code, c.due, c.extensions, c.returns, c.reopened, c.answered, c.closed,
                  c.apologised, c.promised, c.published, c.summarised, c.merged_into and c.merged_into.id,
                  len(c.children), c.calendar.code) for c in cases}, out)
    differ("task", kept(city, f"""
        SELECT case_id, number, unit, role, state, {us('assigned_at')}, {us('due_at')}, {us('accepted_at')},
               {us('finished_at')} FROM tasks"""),
           {texts(c.id, t.number, t.unit.code, "lead" if t.leads else "coordinate", t.state, t.assigned, t.due,
                  t.accepted, t.finished) for c in cases for t in c.tasks}, out)
    differ("flag", kept(city, f"SELECT case_id, task, level, {us('moment')}, {us('cleared_at')} FROM flags"),
           {texts(c.id, f.task, f.level, f.moment, f.cleared) for c in cases for f in c.flags}, out)
    differ("publication", kept(city, f"SELECT case_id, {us('published_at')}, answer, description FROM publications"),
           {texts(c.id, *c.public) for c in cases if c.public}, out)
    differ("pause", kept(city, f"SELECT case_id, kind, {us('since')}, {us('until')} FROM pauses"),
           {texts(c.id, *pause) for c in cases for pause in c.pauses}, out)
    differ("letter", kept(city, f"SELECT case_id, form, unit, {us('issued_at')} FROM letters WHERE number IS NOT NULL"),
           {texts(c.id, *letter) for c in cases for letter in c.letters}, out)
    gaps = city.sql("""
        SELECT unit, register, year, count(*), min(number), max(number), count(DISTINCT number) FROM letters
         WHERE number IS NOT NULL GROUP BY unit, register, year
        HAVING min(number) <> 1 OR max(number) <> count(*) OR count(DISTINCT number) <> count(*)""")
    out += [f"letter numbers: {row}" for row in gaps]
    counts = {}
    for c in cases:
        for key, n in c.counts.items():
            counts[key] = counts.get(key, 0) + n
    names = ", ".join(sorted({f"'{key[2]}'" for key in counts}))
    differ("measure", kept(city, f"""
        SELECT unit, service, measure, sum(value) FROM measures_now WHERE measure IN ({names}) GROUP BY 1, 2, 3"""),
           {texts(*key, n) for key, n in counts.items()}, out)
    compare_segments(city, year, out)
    return out


def compare_segments(city, year, out):
    """Whose time was whose, of some that were answered; late ones first."""
    answered = [case for case in year.cases.values() if case.state in ("ANSWERED", "CLOSED") and case.answered]
    answered.sort(key=lambda case: (case.answered <= case.due, -len(case.tasks) - len(case.pauses), case.id))
    year.traced = 0
    for case in answered[:len(year.cases) // 200] + answered[-len(year.cases) // 600:]:
        story = city.trace(year.references[case.id])
        hops = {s["task"]: (s["worked_us"], s["late_us"]) for s in story["segments"] if "task" in s}
        year.traced += 1
        if hops != case.segments():
            out.append(f"segments: ('{case.id}') are {hops}, not {case.segments()}")
        if story["lateness"] != {"unit": case.unit.code, "late_us": case.lateness()}:
            out.append(f"lateness: ('{case.id}') is {story['lateness']}, not {case.lateness()}")
