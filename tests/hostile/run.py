#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""run - good and hostile traffic side by side, on a whole city under ASan: tests/hostile/run.py PROGRAMS

Citizens report in every way, read, are asked and answer, workers work, front ends listen; beside them others send bytes that are
no HTTP, requests that are two, files that are bombs, words that are code, keys of others, floods; wait for ever; come to
the workers' door without a key or with nonsense; and answer webhooks without end. In the end every good report is there once,
as it was said, with its files, its mail and its message to the front end; nothing hostile was answered 500 or let in;
no service has ended, said a word of a sanitizer's, leaked, or holds more than it did.
HOSTILE_SECONDS (15; an hour is 3600) and HOSTILE_SEED (2026) choose another run.
"""
import json
import os
import pathlib
import re
import sys
import time
import traceback
import urllib.request

sys.dont_write_bytecode = True
sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

from city import City  # noqa: E402
from place import say, until  # noqa: E402
from stage import SEED, Stage  # noqa: E402
from asking import Client  # noqa: E402
from bad_http import Breaker, Flooder, Slow  # noqa: E402
from bad_words import Talker, Uploader  # noqa: E402
from bad_workers import WorkerVandal  # noqa: E402
from fronts import HOSTILE, Fronts  # noqa: E402
from good import DONE, Asked, FormReporter, FrontEnd, JsonReporter, Open311Reporter, Promises, Reader, Worker  # noqa: E402
from watch import LONG_S, Watch  # noqa: E402

SECONDS = int(os.environ.get("HOSTILE_SECONDS", "15"))
WITHIN_S = 120
SETBACKS, SETBACKS_SHARE = 20, 0.1  # of those who are good: refused for now, cut off, given up for dead
# Of a sanitizer, and of a service that waits for another one: nothing hostile may bring that about.
REPORT = re.compile("Sanitizer|runtime error|Assertion|DEADLYSIGNAL|does not answer")


class Run:
    def __init__(self, city):
        self.city, self.stage, self.promises, self.fronts = city, Stage(), Promises(), Fronts()
        self.workers = []

    # ---- beginning ----

    def subscribe(self, key, body):
        client = Client(self.stage, self.city.port)
        headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        until(WITHIN_S, "the key of a front end",
              lambda: client.send("GET", "/api/v1/webhooks", None, headers).status == 200)
        client.ask("POST", "/api/v1/webhooks", json.dumps(body), headers, 201)
        client.close()

    def players(self):
        city, stage, promises = self.city, self.stage, self.promises
        good_key, bad_key = city.api_key("good", 1), city.api_key("bad", len(HOSTILE))
        self.subscribe(good_key, {"url": self.fronts.url("good"), "events": ["received"]})
        for i, front in enumerate(HOSTILE):
            self.subscribe(bad_key, {"url": self.fronts.url(front.__name__), "cases": "own",
                                     "kind": ("events", "georeport")[i % 2]})
        self.workers = [Worker(stage, "roads", city, city.worker_keys("roads", "D1")),
                        Worker(stage, "ward", city, city.worker_keys("ward", "W1"))]
        vandal = city.worker_keys("vandal", "D1", "W1")
        return [
            *(JsonReporter(stage, f"json {i}", 0.6, city, promises) for i in range(2)),
            Open311Reporter(stage, "open311", 0.7, city, promises),
            FormReporter(stage, "form", 1.2, city, promises),
            FrontEnd(stage, "front end", 1.5, city, promises, bad_key),
            *(Reader(stage, f"reader {i}", 0.4, city, promises) for i in range(2)),
            Asked(stage, "asked", 3, city, promises),
            *(Breaker(stage, f"breaker {i}", 0.25, city, promises) for i in range(4)),
            *(Talker(stage, f"talker {i}", 0.25, city, promises) for i in range(2)),
            Uploader(stage, "uploader", 0.4, city, promises),
            Flooder(stage, "flooder", 1.5, city, promises),
            Slow(stage, "slow", 2, city, promises),
            WorkerVandal(stage, "vandal", 0.7, city, promises, vandal)]

    # ---- the end ----

    def settle(self):
        """What is under way is done: nothing hostile holds it back."""
        place, references = self.city.place, {promise["reference"] for promise in self.promises.all}
        open_tasks = "SELECT count(*) FROM tasks WHERE unit IN ('D1', 'W1') AND state IN ('open', 'accepted')"
        until(WITHIN_S, "the workers' last task", lambda: place.one(open_tasks) == "0")
        until(WITHIN_S, "the good front end to hear of all", lambda: references <= set(self.fronts.heard))
        mailed = {promise["reference"] for promise in self.promises.all if promise.get("email")}
        until(WITHIN_S, "a mail to each", lambda: mailed <= self.mailed())
        for worker in self.workers:
            worker.ended.set()
            worker.join()
        self.fronts.close()

    def mailed(self):
        found, first = set(), 0
        while True:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.city.outside['http']}/told/mail?{first}") as got:
                mails = json.load(got)
            if not mails:
                return found
            first += len(mails)
            for mail in mails:
                found.update(re.findall("[2-9A-HJKMNP-Z]{5}-[2-9A-HJKMNP-Z]{5}", mail["text"]))

    def judge_promises(self):
        place, stage = self.city.place, self.stage
        # In hex, since psql leaves out what is no character.
        rows = place.sql("SELECT encode(convert_to(json_build_object('reference', reference, 'text', content->>'description',"
                         " 'photos', (SELECT count(*) FROM attachments a WHERE a.case_id = c.id))::text, 'UTF8'), 'hex')"
                         " FROM cases c JOIN contents t ON t.case_id = c.id")
        kept = {}
        for (row,) in rows:
            case = json.loads(bytes.fromhex(row))
            kept.setdefault(case["reference"], []).append((case["text"], case["photos"]))
        for promise in self.promises.all:
            expected = [(promise["text"], promise["photos"])]
            stage.expect(kept.get(promise["reference"]) == expected,
                         f"{promise['reference']}: {kept.get(promise['reference'])}, not {expected}")
        promised = {promise["reference"] for promise in self.promises.all}
        stage.expect(len(promised) == len(self.promises.all), "one reference for two reports")
        strange = [texts for reference, texts in kept.items() if reference not in promised and texts[0][0] not in ("unheard", "Lụt thư")]
        stage.expect(not strange, f"cases that nobody was promised: {strange[:5]}")
        for reference, event, text in self.promises.said:
            found = place.one(f"SELECT string_agg(encode(convert_to(n.body->>'text', 'UTF8'), 'hex'), ' ') FROM notes n"
                              f" JOIN events e USING (seq) JOIN cases c ON c.id = e.case_id"
                              f" WHERE c.reference = '{reference}' AND e.type = '{event}'")
            stage.expect(found == text.encode().hex(), f"{reference}: {found} {event} for {text!r}")
        stage.expect("trap" not in self.fronts.counts, "a message was led elsewhere")
        stage.expect(all(self.fronts.counts.get(front.__name__, 0) > 0 for front in HOSTILE),
                     f"not every hostile front end was told anything: {self.fronts.counts}")
        return len(kept)

    def judge_service(self):
        """What those who are good were served, and what the hostile were kept from, where the run was long enough."""
        stage, setbacks = self.stage, sum(self.stage.setbacks.values())
        for worker in self.workers:
            stage.expect(worker.done > 0, f"{worker.name} has done nothing")
        outcomes = int(self.city.place.one(f"SELECT count(*) FROM tasks WHERE outcome->>'text' = '{DONE}'"))
        done = sum(worker.done for worker in self.workers)
        stage.expect(outcomes >= done, f"{outcomes} outcomes of the {done} tasks that are done")
        served = sum(stage.good.values())
        stage.expect(setbacks <= SETBACKS + served * SETBACKS_SHARE, f"{served} served, and {words(stage.setbacks)}")
        for what in ("grabbed", "slow, cut off"):
            stage.expect(SECONDS < LONG_S or stage.hostile[what] > 0, f"{what}: never")

    def stop_services(self):
        """Each ends when it is told to, without a leak or another word."""
        place = self.city.place
        for name in reversed(list(self.city.listens)):
            process = place.processes[name]
            if not self.stage.expect(process.poll() is None, f"{name} has ended: {process.returncode}"):
                continue
            place.stop(name)
            self.stage.expect(process.returncode == 0, f"{name} ended with {process.returncode}")
        for name in self.city.listens:
            text = (place.dir / f"log/{name}").read_text(errors="replace")
            found = REPORT.search(text)
            self.stage.expect(found is None, f"{name} says: {text[max(0, (found.start() if found else 0) - 200):][:6000]}")

    def play(self):
        watch = Watch(self.stage, self.city, SECONDS)
        players = [watch, *self.players()]
        for player in [*players, *self.workers]:
            player.start()
        self.stage.over.wait(SECONDS)
        self.stage.over.set()
        for player in players:
            player.join()
        say("the traffic is over")
        cases = 0
        try:
            self.settle()
            watch.judge()
            cases = self.judge_promises()
            self.judge_service()
            self.city.place.ctl("verify")
        except Exception:  # pylint: disable=broad-except
            self.stage.fail(traceback.format_exc())
        self.stop_services()
        return cases, watch


def words(counter):
    return ", ".join(f"{name} {count}" for name, count in sorted(counter.items(), key=lambda item: str(item[0])))


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    begun = time.monotonic()
    say(f"HOSTILE_SECONDS={SECONDS} HOSTILE_SEED={SEED}")
    with City(programs) as city:
        run = Run(city)
        cases, watch = run.play()
        memory = watch.line()
    stage = run.stage
    print(f"good {sum(stage.good.values())} ({words(stage.good)}), of these set back: {words(stage.setbacks)}; hostile {sum(stage.hostile.values())} ({words(stage.hostile)}); "
          f"answers to these: {words(stage.answers)}; webhooks: {words(run.fronts.counts)}; cases {cases}, promised "
          f"{len(run.promises.all)}; failures {len(stage.failures)}, seed {SEED}, {time.monotonic() - begun:.0f} s")
    print(f"memory in MiB, after a quarter/most/last: {memory}")
    return 1 if stage.failures else 0


if __name__ == "__main__":
    sys.exit(main())
