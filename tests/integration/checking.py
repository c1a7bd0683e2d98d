# SPDX-License-Identifier: Apache-2.0
"""checking - what the checks of a running city share: asking it, and a line for each check."""
import http.client
import os
import sys
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "open311"))

from city import City  # noqa: E402
from description import Description  # noqa: E402


class Checks:
    def __init__(self, port, bin_dir, work_dir):
        self.port, self.city, self.description = int(port), City(bin_dir, work_dir), Description()
        self.functions = []

    def check(self, function):
        self.functions.append(function)
        return function

    def send(self, method, path, body=None, **headers):
        """status, headers, content; _ in the name of a header is -, and None is none."""
        headers = {name.replace("_", "-"): value for name, value in headers.items() if value is not None}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body.encode() if isinstance(body, str) else body, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer.status, answer.headers, content

    def run(self):
        broken = 0
        for function in self.functions:
            try:
                function()
                print(f"holds   {function.__name__}")
            except Exception:  # the others are still of interest
                broken += 1
                print(f"BROKEN  {function.__name__}\n{traceback.format_exc()}", flush=True)
        return 1 if broken else 0
