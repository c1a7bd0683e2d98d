-- A case that no rule matches begins at the desk: every eleventh may, so that this is no rare state, and taking
-- cases in writes no row of rare_cases.
ALTER TABLE rare_cases DROP CONSTRAINT rare_cases_state_check;
DELETE FROM rare_cases WHERE state = 'SCREENING';
ALTER TABLE rare_cases ADD CHECK (state NOT IN ('SCREENING', 'ASSIGNED', 'IN_PROGRESS', 'ANSWERED', 'CLOSED'));
