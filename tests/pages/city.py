#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""city - a city for the pages' tests: tests/pages/city.py PROGRAMS

Writes {"url": ...} when it is ready. Then each line on its input is a command, answered by a
line of JSON: {"sql": STATEMENT}, {"until": STATEMENT that comes to have a row}, {"ctl": [ARGUMENT, ...]},
{"stop": SERVICE}, {"start": SERVICE}, perhaps with "env": {NAME: VALUE}.
It ends with its input.
"""
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "bench"))
sys.dont_write_bytecode = True
from place import READY_S, SERVICES, Place, free_port, until  # noqa: E402


def obey(place, command):
    if "sql" in command:
        return place.sql(command["sql"])
    if "until" in command:
        return until(READY_S, command["until"], lambda: place.sql(command["until"]))
    if "ctl" in command:
        return place.ctl(*command["ctl"])
    if "stop" in command:
        return place.stop(command["stop"])
    listen = f"127.0.0.1:{free_port()}"
    place.services_env = command.get("env", {})
    place.start_service(command["start"], listen)
    return place.wait_ready(command["start"], listen)


def main():
    programs = pathlib.Path(sys.argv[1]).resolve()
    with Place(programs, (*SERVICES, "letters")) as place:
        print(json.dumps({"url": f"http://{place.intake}"}), flush=True)
        for line in sys.stdin:
            try:
                answer = {"ok": obey(place, json.loads(line))}
            except Exception as failure:  # pylint: disable=broad-except
                answer = {"failed": str(failure)}
            print(json.dumps(answer), flush=True)
        for name, process in place.processes.items():
            if process.poll() is not None:
                print((place.dir / f"log/{name}").read_text(errors="replace"), file=sys.stderr)
                raise RuntimeError(f"{name} has ended by itself: {process.returncode}")


if __name__ == "__main__":
    main()
