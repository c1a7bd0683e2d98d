-- After a test has changed cases past the tracker: what lists walk, made anew from them.
TRUNCATE open_cases, case_changes, rare_cases, late_cases;
INSERT INTO open_cases (service, id, cell)
SELECT c.service, c.id, case_cell(c) FROM cases AS c WHERE answered_at IS NULL AND closed_at IS NULL;
INSERT INTO case_changes (at, id)
SELECT case_updated_at(c), c.id FROM cases AS c;
INSERT INTO rare_cases (id, state)
SELECT id, state FROM cases WHERE state NOT IN ('SCREENING', 'ASSIGNED', 'IN_PROGRESS', 'ANSWERED', 'CLOSED');
INSERT INTO late_cases (id, unit, service, late, apologised_at)
SELECT id, unit, service, tstzrange(due_at, coalesce(answered_at, closed_at)), apologised_at
  FROM cases
 WHERE due_at < coalesce(answered_at, closed_at);
