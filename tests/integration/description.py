# SPDX-License-Identifier: Apache-2.0
"""description - holds answers to schemas/http/intake.yaml: status, content type, headers, shape."""
import csv
import io
import json
import pathlib
import xml.etree.ElementTree

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Description:
    def __init__(self):
        self.spec = yaml.safe_load((ROOT / "schemas/http/intake.yaml").read_text(encoding="utf-8"))

    def operations(self):
        return {f"{method} {path}" for path, methods in self.spec["paths"].items() for method in methods}

    def follow(self, node):
        while "$ref" in node:
            steps = node["$ref"].removeprefix("#/").split("/")
            node = self.spec
            for step in steps:
                node = node[step]
        return node

    def check(self, operation, status, headers, content):
        """Raises what says how the answer differs."""
        method, path = operation.split(" ")
        described = self.follow(self.spec["paths"][path][method]["responses"][str(status)])
        for name in described.get("headers", {}):
            assert name in headers, f"no header {name}"
        if "content" not in described:
            assert content == b"", content[:300]
            return
        kind = headers["Content-Type"]
        assert kind in described["content"], f"content type {kind}"
        if "html" in kind:
            assert content.startswith(b"<!DOCTYPE html>")
        elif "xml" in kind:
            xml.etree.ElementTree.fromstring(content)
        elif "csv" in kind:
            assert len({len(row) for row in csv.reader(io.StringIO(content.decode()))}) == 1
        else:
            # The document's other schemas are found by the reference resolver.
            schema = dict(described["content"][kind]["schema"], components=self.spec["components"])
            jsonschema.Draft202012Validator(schema).validate(json.loads(content))
