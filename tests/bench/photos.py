# SPDX-License-Identifier: Apache-2.0
"""photos - cases with a photo of about 300 kB a second, from the first byte sent to the 201."""
import http.client
import json
import random
import threading
import time

from place import SECONDS, cpu_seconds, family, percentile, say
from sending import form, png

WIDTH, HEIGHT, WANTED = 1600, 1200, 300_000
SENDERS = (1, 4, 8)
CASE = {"service_code": "HT01", "description": "Ổ gà lớn trước chợ", "lat": 10.7726, "lon": 106.698,
        "contact": {"name": "Nguyễn Văn An", "phone": "0901234567"}}


def picture(noise):
    """Soft colours with so much noise: how much decides how long the photo becomes."""
    chance = random.Random(1)
    rows = b""
    for y in range(HEIGHT):
        grain = chance.randbytes(3 * WIDTH)
        base = y * 160 // HEIGHT
        rows += b"\0" + bytes(min(255, base + x * 60 // (3 * WIDTH) + grain[x] * noise // 256) for x in range(3 * WIDTH))
    return png(WIDTH, HEIGHT, rows)


class Door:
    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address, timeout=120)

    def ask(self, method, path, body=None, headers=None):
        self.connection.request(method, path, body, headers or {})
        answer = self.connection.getresponse()
        return answer.status, answer.read()


def make_photo(address):
    """The city itself makes the photo out of a PNG."""
    door, best = Door(address), b""
    for noise in (24, 40, 64, 96):
        status, content = door.ask("POST", "/api/v1/attachments", *form([], [("photos", "x", picture(noise))]))
        assert status == 201, content
        url = json.loads(content)["attachments"][0]["url"]
        _, photo = door.ask("GET", "/media/" + url.split("/media/")[1])
        if abs(len(photo) - WANTED) < abs(len(best) - WANTED):
            best = photo
    say(f"a photo of {len(best)} bytes, {WIDTH} x {HEIGHT}")
    return best


class Sender(threading.Thread):
    def __init__(self, address, photo, until):
        super().__init__()
        self.door, self.photo, self.until = Door(address), photo, until
        self.times, self.refused = [], 0

    def run(self):
        number = 0
        while time.monotonic() < self.until:
            # Each photo is another one: something behind its end that is thrown away.
            own = self.photo + uuid.uuid4().bytes
            body, headers = form([("case", json.dumps(CASE))], [("photos", "x", own)])
            begun = time.monotonic()
            status, _ = self.door.ask("POST", "/api/v1/cases", body, headers)
            number += 1
            if status == 201:
                self.times.append(time.monotonic() - begun)
            else:
                self.refused += 1


def run(place, photo, senders):
    intake = place.processes["intake"].pid
    before = sum(cpu_seconds(pid) for pid in family(intake)), cpu_seconds(intake)
    begun = time.monotonic()
    threads = [Sender(place.intake, photo, begun + SECONDS) for _ in range(senders)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    span = time.monotonic() - begun
    times = [t for thread in threads for t in thread.times]
    loop = cpu_seconds(intake) - before[1]
    figures = {"per_s": len(times) / span, "p50_ms": percentile(times, 0.5) * 1000,
               "p99_ms": percentile(times, 0.99) * 1000, "loop_ms": loop * 1000 / max(1, len(times))}
    say(f"{senders} senders: {figures['per_s']:.1f} photos/s, p50 {figures['p50_ms']:.0f} ms, p99 {figures['p99_ms']:.0f}"
        f" ms, {sum(thread.refused for thread in threads)} refused; the loop's own {figures['loop_ms']:.2f} ms each")
    return figures


def measure(place):
    photo = make_photo(place.intake)
    runs = {senders: run(place, photo, senders) for senders in SENDERS}
    best = max(runs.values(), key=lambda figures: figures["per_s"])
    return {"photo_bytes": len(photo), "photos_per_s": round(best["per_s"], 1), "p50_ms": round(best["p50_ms"]),
            "p99_ms": round(best["p99_ms"]), "alone_p50_ms": round(runs[SENDERS[0]]["p50_ms"]),
            "loop_ms_each": round(best["loop_ms"], 2)}
