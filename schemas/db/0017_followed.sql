-- Open cases that others were merged into, so that what is reported by many is found without walking
-- all that is open. A row goes when its case ends, or the last of the others is taken out.
CREATE TABLE followed_cases (
    id          uuid PRIMARY KEY
);

INSERT INTO followed_cases (id)
SELECT DISTINCT c.id
  FROM cases AS m
  JOIN cases AS c ON c.id = m.merged_into
 WHERE m.merged_into IS NOT NULL AND c.merged > 0 AND c.answered_at IS NULL AND c.closed_at IS NULL;

GRANT SELECT, INSERT, DELETE ON followed_cases TO dunghen_tracker;
GRANT SELECT ON followed_cases TO dunghen_console, dunghen_ctl;

-- After how many reports of one place they are taken for reports of one incident, for services that
-- have such a rule. Data of the catalogue; read by sentinel.
CREATE TABLE bursts (
    service     text PRIMARY KEY REFERENCES services,
    reports     integer NOT NULL CHECK (reports >= 2),
    minutes     integer NOT NULL CHECK (minutes > 0),
    metres      integer NOT NULL CHECK (metres > 0)
);

GRANT SELECT ON bursts TO dunghen_sentinel, dunghen_console;
GRANT SELECT, INSERT, UPDATE, DELETE ON bursts TO dunghen_ctl;

-- With how many others wait for the answer of the task's case: read by dispatch.
CREATE OR REPLACE VIEW task_offers AS
    SELECT t.case_id, t.number, c.reference, c.service, t.unit, t.due_at, t.priority,
           CASE WHEN t.epoch < 9007199254740991 THEN t.epoch ELSE 0 END AS epoch,
           t.finished_at IS NOT NULL OR t.epoch = 9007199254740991
               OR c.state IN ('NEED_INFO', 'SUSPENDED')
               OR t.role = 'lead' AND c.state IN ('DRAFTED', 'APPROVED') AS kept_back,
           t.finished_at, CASE WHEN t.role = 'lead' THEN c.merged ELSE 0::smallint END AS followers
      FROM tasks AS t
      JOIN cases AS c ON c.id = t.case_id;
