-- The case with the reference $1, without what its citizen said or who that is.
SELECT id, reference, kind, service, unit, state, priority, channel, language, hide_name, anonymous,
       received_at, due_at, answered_at, closed_at, clock, amount, calendar, area, lat, lon,
       (SELECT s.content FROM contents AS s WHERE s.case_id = c.id)
  FROM cases AS c
 WHERE reference = $1
