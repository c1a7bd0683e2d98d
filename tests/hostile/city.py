# SPDX-License-Identifier: Apache-2.0
"""city - the whole of a city, its letters, mails and front ends included, whose limits are near enough to be reached."""
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "bench"))
from place import Place, until  # noqa: E402
from sending import free_port  # noqa: E402

SERVICES = ("tracker", "router", "dispatch", "sentinel", "letters", "notifier", "intake")
WITHIN_S = 60
CONNECTIONS, ADDRESS_CONNECTIONS = 200, 50
WRITES, READS = 30, 120  # of an address in a minute
CONTACT_WRITES = 30  # of a contact in an hour
# Freed memory comes back into use soon, so that what stays is what somebody keeps.
SANITIZER = "quarantine_size_mb=1:thread_local_quarantine_size_kb=16:detect_leaks=1"
USER, PASSWORD = "notifier", "mật khẩu"  # of the mail server in outside.py


class City:
    """With-statement, as Place."""

    def __init__(self, programs):
        self.place = Place(programs, services=(), catalogue="tiny", copies=("tests/support/outside.py",),
                           ASAN_OPTIONS=SANITIZER)
        self.listens = {}

    def __enter__(self):
        self.place.__enter__()
        try:
            self._start()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise
        return self

    def __exit__(self, *why):
        return self.place.__exit__(*why)

    def _start(self):
        place = self.place
        place.start("outside", ["/usr/bin/python3", place.dir / "outside.py", place.dir])
        until(WITHIN_S, "outside", lambda: (place.dir / "ports.json").exists())
        self.outside = json.loads((place.dir / "ports.json").read_text())
        place.services_env.update(
            DUNGHEN_PUBLIC_URL=f"http://{place.intake}",
            DUNGHEN_INTAKE_TRUSTED_PROXIES="127.0.0.1",
            DUNGHEN_INTAKE_MAX_CONNECTIONS=str(CONNECTIONS),
            DUNGHEN_INTAKE_ADDRESS_CONNECTIONS=str(ADDRESS_CONNECTIONS),
            DUNGHEN_INTAKE_ADDRESS_WRITES=str(WRITES),
            DUNGHEN_INTAKE_ADDRESS_READS=str(READS),
            DUNGHEN_INTAKE_CONTACT_WRITES=str(CONTACT_WRITES),
            DUNGHEN_INTAKE_SWEEP_MS="200",
            DUNGHEN_STATISTICS_AGE_S="1",
            DUNGHEN_FRONT_ENDS="local",
            DUNGHEN_SMTP_URL=f"smtp://localhost:{self.outside['starttls']}",
            DUNGHEN_SMTP_USER=USER,
            DUNGHEN_SMTP_PASSWORD=PASSWORD,
            DUNGHEN_MAIL_FROM="no-reply@tiny.example",
            DUNGHEN_CA_FILE=str(place.dir / "ca.pem"),
            DUNGHEN_DELIVERY_TIMEOUT_S="3",
            DUNGHEN_RETRY_FIRST_MS="1000")
        # One after the other: who finds nobody to connect to tries again later, and watch counts its files before that.
        for name in SERVICES:
            self.listens[name] = f"127.0.0.1:{free_port()}"
            place.start_service(name, self.listens[name])
            place.wait_ready(name, self.listens[name])

    @property
    def port(self):
        return int(self.place.intake.rsplit(":", 1)[1])

    @property
    def worker_port(self):
        return int(self.place.worker_endpoint.rsplit(":", 1)[1])

    def pid(self, name):
        return self.place.processes[name].pid

    def worker_keys(self, name, *units):
        """Lines of the key file of a new worker."""
        self.place.ctl("keys", "worker", name, *units)
        text = (self.place.dir / f"var/keys/workers/{name}.key").read_text()
        return dict(line.split() for line in text.splitlines())

    def api_key(self, name, webhooks):
        return self.place.ctl("keys", "api", name, "--webhooks", webhooks).strip()

    def staff(self, verb, reference, *words):
        self.place.ctl("case", verb, reference, "--as", "officer:lan", *words)
