#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_plans BIN_DIR DIR - runs each statement of intake and of sentinel as they run it, on a database with 60,000
cases, and sees that none walks a table and how many blocks it touches. Every statement needs an example here."""
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "open311"))

from city import City  # noqa: E402
from plans import ROOT, nodes_of, plan_of, psql, session, statements  # noqa: E402

CITY = City(*sys.argv[1:])
ROWS, PER_DAY = 60000, 667
ALL = "'00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'"
WALK = [*ALL.split(", "), "51", "51", "0", *["NULL"] * 9]  # all that a filter may say is left out
ONE = "(SELECT {} FROM cases ORDER BY id DESC OFFSET 100 LIMIT 1)"
RARE = "ARRAY[(SELECT {0} FROM cases WHERE {0} IS NOT NULL GROUP BY {0} ORDER BY count(*) LIMIT 1)]"  # few cases far back
MONTH = "(current_date - 30)"
ID_THEN = "(SELECT id FROM cases WHERE received_at < {} ORDER BY id DESC LIMIT 1)"

# Of each statement its arguments, as SQL whose text the superuser's answer gives, and the blocks that it may touch.
INTAKE = {
    "count_open_late": (["now()", ALL.split(", ")[1]], 10000),  # all that are open
    "count_open_late of a month ago": ([MONTH, ID_THEN.format(MONTH)], 3000),  # and what ended since, but was late then
    "count_open_late of a year ago": (["now() - interval '1 year'", ID_THEN.format("now() - interval '1 year'")], 300),
    "count_open_late of 1970": (["'1970-01-02'", ALL.split(", ")[0]], 300),
    "find_areas": (["ARRAY[{}, 'NONE']".format(ONE.format("area"))], 20),
    "find_public_file": ([ONE.replace("cases", "attachments").replace("id DESC", "case_id").format("hash"), "'jpg'"], 20),
    "list_by_id": (WALK, 500),
    "list_by_reference": ([*ALL.split(", "), "51", "ARRAY[{}]".format(ONE.format("reference"))], 50),
    "list_by_text": ([*WALK, "ARRAY['%dien%', '%ngap%']"], 500),
    "list_by_update": (["now() - interval '30 days'", "now()", *WALK[2:], "'ffffffff-ffff-ffff-ffff-ffffffffffff'"], 500),
    "list_events": (["ARRAY[{}]".format(ONE.format("id")), "ARRAY['received', 'answered']"], 100),
    "list_by_open": ([*WALK, "NULL", "301"], 500),
    "list_updates": (["now() - interval '1 hour'", "now()", "ARRAY['received']", "0", "10"], 300),
    "list_updates of a month": (["now() - interval '30 days'", "now()", "ARRAY['received']", "0", "10"], 300),
    "list_updates of a month, further on": (["now() - interval '30 days'", "now()", "ARRAY['received']",
                                             "(SELECT max(seq) - 1000 FROM events)", "10"], 300),
    "list_webhooks": (["'fms'"], 10),
    "read_case": ([ONE.format("reference")], 50),
    "read_case_events": ([ONE.format("reference")], 100),
    "read_case_letters": ([ONE.format("reference")], 50),
    "find_letter": ([ONE.format("reference"), ONE.format("id")], 50),
    "read_case_files": ([ONE.format("reference"), "true"], 50),
    "read_case_id": ([ONE.format("reference")], 10),
    "read_command": (["(SELECT id FROM commands ORDER BY id OFFSET 100 LIMIT 1)"], 20),
    "read_descriptions": (["ARRAY[{}]".format(ONE.format("id"))], 20),
    "read_joined": ([ONE.format("reference")], 20),
    "read_token": ([ONE.format("id")], 10),
    "select_door_keys": ([], 10),
    "select_known_files": (["ARRAY[{}]".format(ONE.replace("cases", "attachments").replace("id DESC", "case_id")
                                                .format("hash"))], 50),
    "sum_days": ([MONTH, "current_date"], 3000),
    "sum_measures": ([MONTH, "current_date"], 3000),
}

# Keys of which there are few cases far back.
KEYED = {"area": RARE.format("area"), "service": RARE.format("service"), "unit": RARE.format("unit"),
         "cell": "ARRAY[{}]".format(ONE.format("place_cell(lat, lon)"))}
INTAKE.update({f"list_by_{name}": ([*WALK, keys], 500) for name, keys in KEYED.items()})
NARROW = {"open of": KEYED["service"], "open_cell": KEYED["cell"], "state": "ARRAY['NEED_INFO', 'SUSPENDED']"}
INTAKE.update({f"list_by_{name}": ([*WALK, keys, "301"], 500) for name, keys in NARROW.items()})

# The rows of squares of the place that walks_that_miss asks for; whether only what is open there.
RANGES = ["(SELECT array_agg(r * 36001 + 10649) FROM generate_series(1059, 1090) AS r)",
          "(SELECT array_agg(r * 36001 + 10680) FROM generate_series(1059, 1090) AS r)"]
RANGED = {"": [*RANGES, "false"], "open": [*RANGES, "true"]}
INTAKE.update({f"list_by_range {name}".strip(): ([*WALK[:2], "301", *WALK[3:], *ranged], 1500) for name, ranged in RANGED.items()})

SENTINEL = {
    "select_due_tasks": (["now()", "100"], 500),
    "select_reports": (["(SELECT max(seq) - 250 FROM events)", "250"], 5000),  # of each event its case and task; PAGE of gather.c
    "select_report_start": (["now()"], 5000),
    "select_ended_tasks": (["''", "'00000000-0000-0000-0000-000000000000'", "ARRAY['26740']", "500"], 6000),  # likewise; PAGE of handover.c
}
# Whose statements, and where the settings of its sessions stand.
SERVICES = {"intake": (INTAKE, "services/intake/reading/readers.c"), "sentinel": (SENTINEL, "services/sentinel/main.c")}

FILL = """
INSERT INTO bursts (service, reports, minutes, metres) SELECT code, 10, 30, 200 FROM services WHERE kind = 'field_report';
INSERT INTO contents (case_id, content) SELECT id, '{"description":"Đèn tắt"}' FROM cases;
INSERT INTO tasks (case_id, number, role, unit, state, priority, assigned_at, due_at, next_at)
SELECT id, 1, 'lead', unit, 'open', 3, received_at, due_at, 'infinity' FROM cases;
INSERT INTO commands (id, case_id, fingerprint, at) SELECT gen_random_uuid(), id, '\\x00', received_at FROM cases;
INSERT INTO events (seq, at, case_id, task, type, actor, detail, hash)
SELECT row_number() OVER (ORDER BY id), now() - interval '1 second' * (:rows - row_number() OVER (ORDER BY id)), id, 1, 'received',
       'citizen', '{}', '' FROM cases
 WHERE received_at > now() - interval '1 day' OR id IN (SELECT id FROM cases ORDER BY id DESC LIMIT 20000);
INSERT INTO attachments (case_id, seq, number, hash, type, bytes, width, height, given_by, added_at)
SELECT id, 1, 1, decode(md5(id::text) || md5(id::text), 'hex'), 'jpg', 1, 1, 1, 'citizen', received_at FROM cases;
INSERT INTO letters (id, case_id, form, unit, language, fields, drafted_at, register, year, number, issued_at, issued_seq)
SELECT id, id, 'receipt', unit, 'vi', '{}', received_at, 'BN', 2026, row_number() OVER (), received_at, row_number() OVER ()
  FROM cases;
INSERT INTO letter_files (letter, hash, bytes, pages, rendered_at)
SELECT id, decode(md5(id::text) || md5(id::text), 'hex'), 1, 1, received_at FROM cases;
ANALYZE;
"""


def literal(expression):
    """What an expression is, quoted: a service's role alone may not read all that the examples read."""
    if re.fullmatch(r"NULL|[0-9]+|'[^']*'", expression):
        return expression
    return psql(f"SELECT quote_nullable(({expression})::text)").strip()


def indexes_of(plan):
    """Once a service is connected, it keeps the plan of that moment: it must not depend on what the tables hold."""
    return {node["Index Name"] for node in nodes_of(plan) if "Index Name" in node}


def plans_while_empty():
    plans = {}
    for service, (examples, settings) in SERVICES.items():
        for name, statement in statements_of(service, examples).items():
            plans[name] = indexes_of(plan_of(service, settings, statement, [literal(argument) for argument in examples[name][0]]))
    return plans


def statements_of(service, examples):
    """The statement of each example, whose name begins with the statement's."""
    texts = statements(service)
    shown = {name.split(" ")[0] for name in examples}
    assert shown == set(texts), shown ^ set(texts)
    return {name: texts[name.split(" ")[0]] for name in examples}


def faults_of(service, name, statement, large, before):
    examples, settings = SERVICES[service]
    arguments, most = examples[name]
    plan = plan_of(service, settings, statement, [literal(argument) for argument in arguments], "ANALYZE, BUFFERS, ")
    if indexes_of(plan) != before:
        yield f"walks {sorted(indexes_of(plan))}, and {sorted(before)} when it is prepared on empty tables"
    for node in nodes_of(plan):
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in large:
            yield f"walks {node['Relation Name']}"
    blocks = plan["Shared Hit Blocks"] + plan["Shared Read Blocks"]
    if blocks > most:
        yield f"touches {blocks} blocks, more than {most}"


def walk(statement, after, arguments, each, fitting, skip):
    """The ids of those that fit that a list gets step by step, as lists.c walks, without the first; every step is begun
    behind the one before, looks at each rows of each key, and gives few."""
    found, before, more, wanted = [], "ffffffff-ffff-ffff-ffff-ffffffffffff", True, 20
    settings = session(SERVICES["intake"][1])
    while more:
        passed = min(skip, wanted - 1)
        place = [f"'{after}'", f"'{before}'", str(each), str(wanted), str(passed)]
        rows = psql(f"{settings}PREPARE tried AS SELECT nth, is_end, id FROM ({statement}) AS step;\n"
                    f"EXECUTE tried({', '.join(place + arguments)})", "dunghen_intake").split("\n")[:-1]
        last, more = 0, False
        for row in rows:
            nth, is_end, before = row.split("|")
            assert int(nth) > last and (int(nth) > passed or is_end == "t"), rows
            skip, last = skip - (int(nth) - 1 - last), int(nth)
            if is_end == "t":  # no case of the list, and the last row
                more = True
                assert row is rows[-1], rows
            elif before in fitting and skip > 0:
                skip -= 1
            elif before in fitting:
                found.append(before)
        more = more or last == wanted
    return found


def ranges_that_hide():
    """A place that has too much is told to have so, and the walk goes on where it was."""
    before = psql("SELECT id FROM cases ORDER BY id DESC OFFSET 100 LIMIT 1").strip()
    for name, ranged in RANGED.items():
        statement = statements("intake")["list_by_range"]
        arguments = ", ".join([WALK[0], f"'{before}'", "9", *WALK[3:], *(literal(argument) for argument in ranged)])
        found = psql(f"PREPARE tried AS SELECT nth, is_end, id FROM ({statement}) AS step;\nEXECUTE tried({arguments})").split()
        if found != [f"1|t|{before}"]:
            yield f"list_by_range {name} of a full place says {found}"


OPEN = "answered_at IS NULL AND closed_at IS NULL"


def lists(recent):
    """Of each kind of walk its statement, the arguments behind those of case_fits(), which of all cases it goes
    through, and how many rows of each key, or of all of them, a step looks at."""
    columns = {"area": "area", "service": "service", "unit": "unit", "cell": "place_cell(lat, lon)"}
    keys = {name: literal(f"(SELECT array_agg(key) FROM (SELECT DISTINCT {column} AS key FROM cases WHERE id > '{recent}'"
                          f" ORDER BY key LIMIT {300 if name == 'cell' else 4}) AS k)") for name, column in columns.items()}
    of = {name: f"({column})::text = ANY ({keys[name]}::text[])" for name, column in columns.items()}
    looked_up = "30"  # less than is listed
    yield "by_id", [], "true", 100
    # Every text has the first of the words; the second is one of references alone.
    published = "EXISTS (SELECT FROM publications WHERE case_id = c.id) AND reference LIKE '%F%'"
    yield "by_text", ["ARRAY['%dien bien phu%', '%f%']"], published, 100
    for name in columns:
        yield f"by_{name}", [keys[name]], of[name], 9
    yield "by_open", ["NULL", looked_up], OPEN, 9
    yield "by_open of", [keys["service"], looked_up], f"{OPEN} AND {of['service']}", 9
    yield "by_open_cell", [keys["cell"], looked_up], f"{OPEN} AND {of['cell']}", 9
    yield "by_state", [NARROW["state"], looked_up], f"{OPEN} AND state = ANY ({NARROW['state']})", 9
    for name, ranged in RANGED.items():
        yield f"by_range {name}", [literal(argument) for argument in ranged], OPEN if name == "open" else "true", ROWS


def walks_that_miss():
    """Steps of a few rows find what one plain question finds: each case once, in order."""
    services = literal("(SELECT array_agg(code) FROM (SELECT code FROM services ORDER BY code LIMIT 5) AS s)")
    said = [services, "NULL", "NULL", "ARRAY['ANSWERED', 'ASSIGNED', 'NEED_INFO']", "NULL", "ARRAY[10.6,10.9,106.5,106.8]",
            "ARRAY[(SELECT min(code) FROM services)]", literal("now() - interval '30 hours'"), literal("now() - interval '1 hour'")]
    said = [literal(argument) if "SELECT" in argument else argument for argument in said]
    recent = psql("SELECT id FROM cases ORDER BY id DESC OFFSET 1000 LIMIT 1").strip()
    for name, keys, condition, each in lists(recent):
        # In rare states they are few: of all services, everywhere.
        fits = ["NULL", *said[1:5], "NULL", *said[6:]] if name == "by_state" else said
        wanted = psql(f"SELECT c.id FROM cases AS c WHERE id > '{recent}' AND {condition}"
                      f" AND case_fits(c, {', '.join(fits)}) ORDER BY id DESC").split()
        if len(wanted) < 5:
            yield f"list_{name}: nothing to find"
        for skip in (0, len(wanted) // 2):
            statement = statements("intake")["list_" + name.split(" ")[0]]
            found = walk(statement, recent, fits + keys, each, set(wanted), skip)
            if found != wanted[skip:]:
                yield f"list_{name} by steps finds {len(found)} cases behind {skip}, {len(wanted) - skip} are there"


def main():
    before = plans_while_empty()
    psql(f"SELECT setseed(0);\n\\set rows {ROWS}\n\\set per_day {PER_DAY}\n" + (ROOT / "tests/bench/reads.sql").read_text(encoding="utf-8"))
    psql((ROOT / "services/tracker/sql/fold_measures.sql").read_text(encoding="utf-8"))
    psql(FILL)
    large = set(psql("SELECT relname FROM pg_class WHERE relkind = 'r' AND reltuples > 1000").split())
    assert {"cases", "contents", "tasks", "commands", "measure_sums"} < large, large
    count = wrong = 0
    for service, (examples, _) in SERVICES.items():
        tried = statements_of(service, examples)
        count += len(tried)
        for name, statement in tried.items():
            for fault in faults_of(service, name, statement, large, before[name]):
                wrong += 1
                print(f"{name} {fault}")
    for fault in (*walks_that_miss(), *ranges_that_hide()):
        wrong += 1
        print(fault)
    print(f"{count} statements, {wrong} faults")
    return 1 if wrong else 0


sys.exit(main())
