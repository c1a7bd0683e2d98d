# SPDX-License-Identifier: Apache-2.0
"""letters - rendered, signed and stored by one renderer: how many a second, and how soon one."""
import time

from place import cpu_seconds, family, median, say, until

WARM = 50
LETTERS = 3_000
SINGLE = 40
WITHIN_S = 600

INSERT = """
WITH numbers AS (
    SELECT n, gen_random_uuid() AS id FROM generate_series({first}, {last}) AS n
), new_cases AS (
    INSERT INTO cases (id, reference, kind, service, unit, state, priority, channel, language, hide_name, anonymous,
                       received_at, due_at, clock, amount, calendar)
    SELECT id, lpad(n::text, 11, '0'), s.kind, s.code, c.desk, 'IN_PROGRESS', s.priority, 'api', 'vi', false, true,
           now(), now(), s.clock, s.amount, c.calendar
      FROM numbers, catalogue AS c, services AS s
     WHERE s.code = 'HT04'
)
INSERT INTO letters (id, case_id, form, unit, language, fields, drafted_at, register, year, number, issued_at,
                     issued_seq)
SELECT gen_random_uuid(), id, 'apology', c.desk, 'vi',
       json_build_object('due_at', 1795599000000000, 'new_due_at', 1796205600000000, 'reason_code', 'DISASTER',
                         'text', repeat('Mưa lớn kéo dài làm chậm việc khảo sát hiện trường. ', 4),
                         'signer', 'Trần Văn Mẫu', 'title_vi', 'Giám đốc', 'title_en', 'Director'),
       now(), 'PXL', 2026, n, now(), n
  FROM numbers, catalogue AS c
"""


def issue(place, first, last):
    place.sql(INSERT.format(first=first, last=last))


def count(place):
    return int(place.one("SELECT count(*) FROM letter_files"))


def measure(place):
    letters = place.processes["letters"].pid
    renderer = family(letters)[1]
    issue(place, 1, WARM)
    until(WITHIN_S, "the first letters", lambda: count(place) == WARM)
    before = cpu_seconds(renderer), cpu_seconds(letters)
    issue(place, WARM + 1, WARM + LETTERS)
    until(WITHIN_S, f"{LETTERS} letters", lambda: count(place) == WARM + LETTERS)
    used = cpu_seconds(renderer) - before[0], cpu_seconds(letters) - before[1]
    span = float(place.one("SELECT extract(epoch FROM max(rendered_at) - min(rendered_at)) FROM letter_files"
                           f" WHERE letter IN (SELECT id FROM letters WHERE issued_seq > {WARM})"))
    say(f"{LETTERS / span:.0f} letters/s")
    waits = []
    for n in range(WARM + LETTERS + 1, WARM + LETTERS + SINGLE + 1):
        issue(place, n, n)
        until(10, "one letter", lambda n=n: count(place) == n)
        waits.append(float(place.one("SELECT extract(epoch FROM f.rendered_at - l.issued_at)"
                                     " FROM letters AS l JOIN letter_files AS f ON f.letter = l.id"
                                     f" WHERE l.issued_seq = {n}")))
        time.sleep(0.1)
    return {
        "letters_per_s": round(LETTERS / span),
        "renderer_ms": round(1000 * used[0] / LETTERS, 2),
        "service_ms": round(1000 * used[1] / LETTERS, 2),
        "one_alone_p50_ms": round(1000 * median(waits)),
        "bytes": int(place.one("SELECT avg(bytes) FROM letter_files").split(".")[0]),
    }
