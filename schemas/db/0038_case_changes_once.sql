-- When a case last changed, once for each case: what it was before is passed over one by one by whoever asks what
-- has changed since, and a case takes many steps. tracker replaces a row from now on. Made anew beside the old
-- ones, of which most would have to go.
CREATE TABLE case_changes_now (
    at          timestamptz NOT NULL,
    id          uuid NOT NULL
) WITH (
    autovacuum_vacuum_scale_factor = 0.05
);

INSERT INTO case_changes_now (at, id)
SELECT case_updated_at(c), c.id FROM cases AS c;
ALTER TABLE case_changes_now ADD CONSTRAINT case_changes_now_pkey PRIMARY KEY (at, id);

DROP TABLE case_changes;
ALTER TABLE case_changes_now RENAME TO case_changes;
ALTER INDEX case_changes_now_pkey RENAME TO case_changes_pkey;

GRANT SELECT, INSERT, DELETE ON case_changes TO dunghen_tracker;
GRANT SELECT ON case_changes TO dunghen_intake, dunghen_console, dunghen_ctl;

-- Statistics look from those that others wait for at who waits.
GRANT SELECT ON followed_cases TO dunghen_intake;

-- Ids of commands are for who says one again; that is long over when tracker takes them off.
GRANT DELETE ON commands TO dunghen_tracker;
