-- Cases that ended after their promise, and from when to when they were late: how many were late at a past moment,
-- a year ago say, is asked by anybody, and must not cost a walk over all that has ended since. Few cases have a row;
-- it goes when the case is taken up again. Read by statistics.
CREATE TABLE late_cases (
    id          uuid PRIMARY KEY,
    unit        text NOT NULL,
    service     text NOT NULL,
    late        tstzrange NOT NULL,      -- from its promise to its answer, or to its end without one
    apologised_at timestamptz
);

INSERT INTO late_cases (id, unit, service, late, apologised_at)
SELECT id, unit, service, tstzrange(due_at, coalesce(answered_at, closed_at)), apologised_at
  FROM cases
 WHERE due_at < coalesce(answered_at, closed_at);
CREATE INDEX late_cases_late ON late_cases USING gist (late);
ANALYZE late_cases;

GRANT SELECT, INSERT, UPDATE, DELETE ON late_cases TO dunghen_tracker;
GRANT SELECT ON late_cases TO dunghen_intake, dunghen_ctl;
