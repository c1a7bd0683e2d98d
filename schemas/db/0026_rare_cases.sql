-- Cases in states off the straight way, so that the few that wait for information, say, are found without
-- walking all that is open, or all that has ended. The states of the straight way have no row here
-- (common/state_kinds.c). Read by lists.
CREATE TABLE rare_cases (
    id          uuid PRIMARY KEY,
    state       text COLLATE "C" NOT NULL -- as in cases
                    CHECK (state NOT IN ('ASSIGNED', 'IN_PROGRESS', 'ANSWERED', 'CLOSED'))
);

INSERT INTO rare_cases (id, state)
SELECT id, state FROM cases WHERE state NOT IN ('ASSIGNED', 'IN_PROGRESS', 'ANSWERED', 'CLOSED');
CREATE INDEX rare_cases_state ON rare_cases (state, id);

GRANT SELECT, INSERT, UPDATE, DELETE ON rare_cases TO dunghen_tracker;
GRANT SELECT ON rare_cases TO dunghen_intake, dunghen_ctl;
