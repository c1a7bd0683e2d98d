-- The measures of the whole city, of each unit and of each service by themselves: a month of a busy
-- city has half a million rows by unit and service, and a tenth of that here, where statistics read.
-- tracker writes both when it folds; they agree at any moment.
CREATE TABLE measure_sums (
    dimension   text NOT NULL CHECK (dimension IN ('city', 'unit', 'service')),
    day         date NOT NULL,
    code        text NOT NULL,           -- of the unit or service; '' for the city
    measure     text NOT NULL,
    value       bigint NOT NULL,
    PRIMARY KEY (dimension, day, code, measure)
) WITH (fillfactor = 70);

INSERT INTO measure_sums (dimension, day, code, measure, value)
SELECT CASE WHEN unit IS NOT NULL THEN 'unit' WHEN service IS NOT NULL THEN 'service' ELSE 'city' END,
       day, coalesce(unit, service, ''), measure, sum(value)
  FROM measures
 GROUP BY GROUPING SETS ((day, measure), (day, measure, unit), (day, measure, service));

GRANT SELECT, INSERT, UPDATE ON measure_sums TO dunghen_tracker;
GRANT SELECT ON measure_sums TO dunghen_intake, dunghen_console, dunghen_ctl;
