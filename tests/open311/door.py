# SPDX-License-Identifier: Apache-2.0
"""door - asks an Open311 endpoint and reads both formats into the same shape."""
import http.client
import json
import urllib.parse
import xml.etree.ElementTree as ElementTree

# Elements that hold a list, by the name of their items.
LISTS = {"services": "service", "attributes": "attribute", "values": "value", "endpoints": "endpoint",
         "media_urls": "media_url",
         "formats": "format", "service_requests": "request", "errors": "error", "notes": "note",
         "service_request_updates": "request_update"}


class Answer:
    """status, headers, body; document is lists and dicts of texts, whatever the format was."""

    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self):
        return self.body.decode("utf-8")

    @property
    def type(self):
        return self.headers.get("Content-Type")

    @property
    def document(self):
        if self.type.startswith("text/xml"):
            return from_xml(ElementTree.fromstring(self.body))
        return from_json(json.loads(self.body))


def from_xml(element):
    if element.tag in LISTS:
        assert all(child.tag == LISTS[element.tag] for child in element), element.tag
        return [from_xml(child) for child in element]
    if len(element):
        assert len({child.tag for child in element}) == len(element), f"{element.tag} repeats a member"
        # An empty element and one that is not there are the same.
        return {child.tag: from_xml(child) for child in element
                if len(child) or child.text or child.tag in LISTS}
    return element.text or ""


def from_json(value):
    if isinstance(value, list):
        return [from_json(item) for item in value]
    if isinstance(value, dict):
        return {name: from_json(item) for name, item in value.items() if item not in (None, "")}
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


class Door:
    def __init__(self, port):
        self.port = port

    def open(self, url):
        """What is at an address that the door has told."""
        parts = urllib.parse.urlsplit(url)
        return self.ask("GET", f"{parts.path}?{parts.query}")

    def send(self, method, path, body=None, headers=None):
        return self.ask(method, "/open311/v2/" + path, body, headers)

    def ask(self, method, path, body=None, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request(method, path, body, headers or {})
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return Answer(answer.status, answer.headers, content)

    def get(self, path, query=None, **headers):
        query = {name: value for name, value in (query or {}).items() if value is not None}
        if query:
            path += "?" + urllib.parse.urlencode(query)
        return self.send("GET", path, headers=headers)

    def post(self, path, form, **headers):
        """form: a dict or a list of pairs."""
        headers.setdefault("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
        return self.send("POST", path, urllib.parse.urlencode(form, safe="[]").encode(), headers)

    def post_parts(self, path, pairs, boundary="x", content_type=None):
        """As multipart/form-data; a value that is a tuple is (file name, type, bytes)."""
        parts = []
        for name, value in pairs:
            head = f'Content-Disposition: form-data; name="{name}"'
            data = value
            if isinstance(value, tuple):
                head += f'; filename="{value[0]}"\r\nContent-Type: {value[1]}'
                data = value[2]
            data = data if isinstance(data, bytes) else data.encode()
            parts.append(f"--{boundary}\r\n{head}\r\n\r\n".encode() + data + b"\r\n")
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        return self.send("POST", path, body,
                         {"Content-Type": content_type or f"multipart/form-data; boundary={boundary}"})
