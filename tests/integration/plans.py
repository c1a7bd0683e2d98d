# SPDX-License-Identifier: Apache-2.0
"""plans - what PostgreSQL means to do with a service's statements, in sessions as the service makes them."""
import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
GENERATED = pathlib.Path(sys.argv[1]).parent / "generated"  # by the build, whose programs the first argument names


def statements(service):
    """Of a service all statements by their names, as the build puts them together."""
    return {path.stem: path.read_text(encoding="utf-8") for path in sorted((GENERATED / service / "sql").glob("*.sql"))}


class Session:
    """A psql that stays: starting one for each question takes longer than the questions."""

    def __init__(self, role):
        url = os.environ["DUNGHEN_DATABASE_URL"] + f"&user={role}"
        self.process = subprocess.Popen(["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", "-d", url], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def ask(self, sql):
        self.process.stdin.write(f"DEALLOCATE ALL;\n{sql}\n;\n\\echo {END}\n")
        self.process.stdin.flush()
        answer = []
        while (line := self.process.stdout.readline()) != END + "\n":
            assert line, sql  # it has ended
            answer.append(line)
        return "".join(answer)


END = "--end--"
SESSIONS = {}


def psql(sql, role="dunghen"):
    if role not in SESSIONS:
        SESSIONS[role] = Session(role)
    return SESSIONS[role].ask(sql)


def session(path):
    """The settings that a service makes: those of all that look up, and its own."""
    text = (ROOT / path).read_text(encoding="utf-8")
    assert "{DB_LOOKUPS, " in text, path
    settings = re.findall(r'"(SET [a-z][^"%]+)"', (ROOT / "common/db.h").read_text(encoding="utf-8") + text)
    assert "SET jit = off" in settings, settings
    return ";\n".join(settings) + ";\n"


def plan_of(service, settings, statement, values, options=""):
    """Of a statement prepared and executed with those values, in the service's role and with the settings in that file."""
    given = f"({', '.join(values)})" if values else ""
    answer = psql(f"{session(settings)}PREPARE tried AS {statement};\nEXPLAIN ({options}FORMAT JSON) EXECUTE tried{given}",
                  f"dunghen_{service}")
    return json.loads(answer)[0]["Plan"]


def nodes_of(plan):
    yield plan
    for part in plan.get("Plans", []):
        yield from nodes_of(part)
