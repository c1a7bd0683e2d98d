-- What moved the promises of the cases $1 since their clocks began, case by case in order of time:
-- a date before the pause that began in the same moment, since none is set while the clock stands.
SELECT s.case_id, s.kind, s.at, s.until
  FROM unnest($1::uuid[]) AS asked (id)
  JOIN promise_steps AS s ON s.case_id = asked.id
 ORDER BY s.case_id, s.at, s.kind, s.until
