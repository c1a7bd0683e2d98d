-- Lists of what is open and of what has changed, without an index on cases that names a column which
-- a step changes: an answer had to write every index of its case again, now it stays on its page (HOT).

-- Every open case; a row goes when its case ends. Read by lists of what is open, and by statistics.
CREATE TABLE open_cases (
    service     text NOT NULL,
    id          uuid NOT NULL,
    PRIMARY KEY (service, id)
) WITH (
    autovacuum_vacuum_scale_factor = 0.05
);

-- When a case came in, ended, or was taken up again: public_cases.updated_at, as it was and is. What it
-- was is passed over: only a row whose time is still its case's counts. Read by lists of what has
-- changed since (updated_after of Open311), and by statistics.
CREATE TABLE case_changes (
    at          timestamptz NOT NULL,
    id          uuid NOT NULL,
    PRIMARY KEY (at, id)
);

INSERT INTO open_cases (service, id)
SELECT service, id FROM cases WHERE answered_at IS NULL AND closed_at IS NULL;
INSERT INTO case_changes (at, id)
SELECT coalesce(closed_at, answered_at, received_at), id FROM cases;

DROP INDEX cases_open, cases_open_service, cases_updated;

GRANT SELECT, INSERT, DELETE ON open_cases TO dunghen_tracker;
GRANT SELECT, INSERT ON case_changes TO dunghen_tracker;
GRANT SELECT ON open_cases, case_changes TO dunghen_intake, dunghen_console, dunghen_ctl;
