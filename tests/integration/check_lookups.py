#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""check_lookups BIN_DIR DIR - plans each statement of the services that write and tell, as they prepare it on the empty
tables of a new city, and sees that none reads a whole table of those that grow."""
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from plans import plan_of, statements  # noqa: E402

# Whose statements, and where the settings of its sessions stand.
SERVICES = {"tracker": "services/tracker/main.c", "dispatch": "services/dispatch/main.c",
            "letters": "services/letters/main.c", "notifier": "services/notifier/main.c"}
SMALL = set("""areas attachment_limits bursts calendar_days calendar_hours calendars calendar_recounts catalogue door_keys gateways
    letter_numbers measure_deltas notifier_position people reasons regime_limits regimes routes service_attributes
    service_attribute_values services templates units webhooks worker_keys""".split())
# An index of what is few at any time: the attempts that are under way.
FEW = {"deliveries_sending"}
# What is read whole, and why.
WHOLE = {
    ("tracker", "declare_stale_cases"): "counts open cases again, all of them, in a session of its own",
    ("notifier", "remove_webhook"): "once for each that is removed, all that wait",
    ("notifier", "remove_revoked"): "likewise",
}


def planned(text):
    """What is planned of it: a cursor's query; nothing of what only fetches, locks or closes."""
    text = re.sub(r"--.*", "", text)
    text = re.sub(r"^\s*DECLARE .*? FOR\s", "", text, flags=re.DOTALL)
    return text if re.match(r"\s*(WITH|SELECT|INSERT|UPDATE|DELETE)\b", text) else None


def walked(service, statement):
    count = max([int(number) for number in re.findall(r"\$(\d+)", statement)], default=0)
    plan = plan_of(service, SERVICES[service], statement, ["NULL"] * count)
    return set(read_whole(plan, False))


def read_whole(plan, limited):
    """Tables that grow and that are read from their beginning to their end, by an index even: unless it stops early."""
    limited = limited or plan["Node Type"] == "Limit"
    whole = "Index Cond" not in plan and "Recheck Cond" not in plan and plan["Node Type"] in (
        "Seq Scan", "Index Scan", "Index Only Scan", "Bitmap Heap Scan")
    if whole and plan["Relation Name"] not in SMALL and plan.get("Index Name") not in FEW and (
            plan["Node Type"] == "Seq Scan" or not limited):
        yield plan["Relation Name"]
    for part in plan.get("Plans", []):
        yield from read_whole(part, limited)


def main():
    count = wrong = 0
    for service in SERVICES:
        for name, text in statements(service).items():
            statement = planned(text)
            if statement is None or (service, name) in WHOLE:
                continue
            count += 1
            for table in sorted(walked(service, statement)):
                wrong += 1
                print(f"{service}: {name} reads all of {table}")
    print(f"{count} statements, {wrong} faults")
    return 1 if wrong or count < 40 else 0


sys.exit(main())
