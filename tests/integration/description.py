# SPDX-License-Identifier: Apache-2.0
"""description - holds requests and answers to schemas/http/intake.yaml: parameters, bodies, status, content type,
headers, shape."""
import csv
import io
import json
import pathlib
import xml.etree.ElementTree

import jsonschema
import yaml

ROOT = pathlib.Path(__file__).resolve().parents[2]
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class StrictLoader(yaml.SafeLoader):
    """YAML 1.2 as others read it: no merge keys, and no key twice."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            assert key.tag != "tag:yaml.org,2002:merge", f"a merge key{key.start_mark}"
            assert key.value not in seen, f"{key.value} twice{key.start_mark}"
            seen.add(key.value)
        return super().construct_mapping(node, deep)

    def flatten_mapping(self, node):
        pass


class Description:
    def __init__(self):
        self.spec = yaml.load((ROOT / "schemas/http/intake.yaml").read_text(encoding="utf-8"), StrictLoader)

    def operations(self):
        return {f"{method} {path}" for path, methods in self.spec["paths"].items() for method in methods}

    def operation(self, name):
        method, path = name.split(" ")
        return self.spec["paths"][path][method]

    def follow(self, node):
        while "$ref" in node:
            steps = node["$ref"].removeprefix("#/").split("/")
            node = self.spec
            for step in steps:
                node = node[step]
        return node

    def validate(self, schema, document):
        # The document's other schemas are found by the reference resolver.
        schema = dict(schema, components=self.spec["components"])
        jsonschema.Draft202012Validator(schema).validate(document)

    def bodies(self, operation):
        """What may be sent: schemas by content type; none when nothing may."""
        described = self.operation(operation).get("requestBody", {"content": {}})
        return {kind: media.get("schema", {}) for kind, media in self.follow(described)["content"].items()}

    def check_request(self, operation, names=(), body=None):
        """Raises what says how a request that was taken differs: names of its parameters, and its body, the document
        or the fields of a form."""
        known = {self.follow(one)["name"] for one in self.operation(operation).get("parameters", ())} | {"api_key"}
        assert set(names) <= known, f"parameters {set(names) - known} are not described"
        if body is None:
            return
        bodies = self.bodies(operation)
        assert bodies, "a body is not described"
        self.validate(next(iter(bodies.values())), body)

    def check(self, operation, status, headers, content, body=None):
        """Raises what says how the answer differs; or the body that was taken, if it is given."""
        responses = self.operation(operation)["responses"]
        assert str(status) in responses, f"status {status} is not described: {content[:300]}"
        if status < 300:
            self.check_request(operation, (), body)
        described = self.follow(responses[str(status)])
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
            self.validate(described["content"][kind]["schema"], json.loads(content))
