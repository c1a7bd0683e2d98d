-- By which case others were merged. An index on cases.merged_into would have a merged case leave its page, and a
-- new entry in every index of cases. Rows stay when a case is taken out again, or goes on to another lead: who
-- reads them looks at the case.
CREATE TABLE merged_cases (
    lead        uuid NOT NULL,
    id          uuid NOT NULL,
    PRIMARY KEY (lead, id)
);

INSERT INTO merged_cases (lead, id)
SELECT merged_into, id FROM cases WHERE merged_into IS NOT NULL;

DROP INDEX cases_merged;

GRANT SELECT, INSERT ON merged_cases TO dunghen_tracker;
GRANT SELECT ON merged_cases TO dunghen_ctl;
