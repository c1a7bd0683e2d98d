#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Judges schemas/http/intake.yaml by itself: YAML as every reader has it, references that lead somewhere, schemas that
are valid ones, and what OpenAPI 3.1 wants of operations. Whether the service does what it says, the integration
tests see."""
import pathlib
import re
import sys

import jsonschema

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "integration"))

from description import Description  # noqa: E402

METHODS = {"get", "put", "post", "delete", "options", "head", "patch", "trace"}


def nodes(node, at="#"):
    """Every object with its address."""
    if isinstance(node, dict):
        yield at, node
        for name, value in node.items():
            yield from nodes(value, f"{at}/{name}")
    elif isinstance(node, list):
        for i, value in enumerate(node):
            yield from nodes(value, f"{at}/{i}")


def faults_of_operation(description, name, operation):
    path = name.split(" ")[1]
    parameters = [description.follow(one) for one in operation.get("parameters", ())]
    keys = [(one["in"], one["name"]) for one in parameters]
    if len(set(keys)) != len(keys):
        yield f"{name}: a parameter twice"
    if {key for where, key in keys if where == "path"} != set(re.findall(r"{(\w+)}", path)):
        yield f"{name}: the parameters of the path are others than those that are described"
    for one in parameters:
        if one["in"] == "path" and one.get("required") is not True:
            yield f"{name}: {one['name']} is not required"
        if "schema" not in one:
            yield f"{name}: {one['name']} has no schema"
    for status, response in operation["responses"].items():
        if not isinstance(status, str) or not re.fullmatch(r"[1-5](\d\d|XX)", status):
            yield f"{name}: status {status!r}"
        if "description" not in description.follow(response):
            yield f"{name}: {status} is not described"


def faults(description):
    ids = []
    for path, methods in description.spec["paths"].items():
        for method, operation in methods.items():
            if method not in METHODS:
                yield f"{path}: {method} is no method"
                continue
            ids.append(operation.get("operationId"))
            yield from faults_of_operation(description, f"{method} {path}", operation)
    yield from (f"operationId {one}: {ids.count(one)} times" for one in sorted(map(str, set(ids))) if ids.count(one) > 1
                or one == "None")
    for at, node in nodes(description.spec):
        if isinstance(node.get("$ref"), str):
            try:
                description.follow(node)
            except KeyError:
                yield f"{at}: {node['$ref']} leads nowhere"
        # Closed there, what allOf adds is refused.
        if "allOf" in node and node.get("additionalProperties") is False:
            yield f"{at}: additionalProperties beside allOf; unevaluatedProperties is meant"
        if re.search(r"/(schema|schemas/\w+)$", at):
            try:
                jsonschema.Draft202012Validator.check_schema(node)
            except jsonschema.SchemaError as error:
                yield f"{at}: {error.message}"


def main():
    try:
        found = list(faults(Description()))
    except AssertionError as error:
        found = [str(error)]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


sys.exit(main())
