#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_lookups BIN_DIR DIR - plans each statement of the services that write and tell, as they prepare it on the empty
tables of a new city, and sees that none reads a whole table of those that grow."""
import json
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from plans import ROOT, nodes_of, psql, session  # noqa: E402

# Whose statements, and where the settings of its sessions stand.
SERVICES = {"tracker": "services/tracker/main.c", "dispatch": "services/dispatch/main.c",
            "letters": "services/letters/main.c", "notifier": "services/notifier/main.c"}
GROWING = re.compile(r"(cases|contacts|contents|tasks|commands|flags|letters|letter_files|notes|attachments|pauses"
                     r"|publications|deliveries|delivery_failures|preferences|case_changes|events(_.*)?)$")
# What is read whole, and why.
WHOLE = {
    ("tracker", "declare_stale_cases"): "counts open cases again, all of them, in a session of its own",
}


def statement_of(path):
    """What is planned of it: a cursor's query; nothing of what only fetches, locks or closes."""
    text = re.sub(r"--.*", "", path.read_text(encoding="utf-8"))
    text = re.sub(r"^\s*DECLARE .*? FOR\s", "", text, flags=re.DOTALL)
    return text if re.match(r"\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\b", text) else None


def walked(service, statement):
    count = max([int(number) for number in re.findall(r"\$(\d+)", statement)], default=0)
    values = f"({', '.join(['NULL'] * count)})" if count else ""
    answer = psql(f"{session(SERVICES[service])}PREPARE tried AS {statement};\nEXPLAIN (FORMAT JSON) EXECUTE tried{values}",
                  f"dunghen_{service}")
    return {node["Relation Name"] for node in nodes_of(json.loads(answer)[0]["Plan"])
            if node["Node Type"] == "Seq Scan" and GROWING.match(node["Relation Name"])}


def main():
    count = wrong = 0
    for service in SERVICES:
        for path in sorted((ROOT / f"services/{service}/sql").glob("*.sql")):
            statement = statement_of(path)
            if statement is None or (service, path.stem) in WHOLE:
                continue
            count += 1
            for table in sorted(walked(service, statement)):
                wrong += 1
                print(f"{service}: {path.stem} reads all of {table}")
    print(f"{count} statements, {wrong} faults")
    return 1 if wrong or count < 40 else 0


sys.exit(main())
