#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Judges schemas/examples by schemas/bus with a reader that is not ours.

Every schema is a valid one, has a good and a bad example at least, accepts
each good-*.json and refuses each bad-*.json.
"""

import json
import pathlib
import sys

from jsonschema import Draft7Validator

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "schemas"


def read(path):
    return json.loads(path.read_text(encoding="utf-8"))


def faults_of(schema_path):
    name = schema_path.name.removesuffix(".json")
    schema = read(schema_path)
    Draft7Validator.check_schema(schema)
    validator = Draft7Validator(schema)
    seen = {"good": 0, "bad": 0}
    for path in sorted((SCHEMAS / "examples" / name).glob("*.json")):
        kind = path.name.split("-")[0]
        if kind not in seen:
            yield f"{path}: is called neither good-... nor bad-..."
            continue
        seen[kind] += 1
        why = next((error.message for error in validator.iter_errors(read(path))), None)
        if kind == "good" and why is not None:
            yield f"{path}: is refused: {why}"
        if kind == "bad" and why is None:
            yield f"{path}: is accepted"
    for kind, count in seen.items():
        if count == 0:
            yield f"{schema_path}: has no {kind} example"


def main():
    schemas = sorted((SCHEMAS / "bus").glob("*.json"))
    names = {path.name.removesuffix(".json") for path in schemas}
    faults = [fault for path in schemas for fault in faults_of(path)]
    faults += [f"{folder}: has no schema" for folder in sorted((SCHEMAS / "examples").iterdir())
               if folder.name not in names]
    for fault in faults:
        print(fault)
    print(f"{len(schemas)} schemas, {len(faults)} faults")
    return 1 if faults or not schemas else 0


if __name__ == "__main__":
    sys.exit(main())
