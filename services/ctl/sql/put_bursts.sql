-- Inserts the rows of bursts.csv ($1, JSON).
INSERT INTO bursts (service, reports, minutes, metres)
SELECT service, reports, minutes, metres
  FROM json_to_recordset($1::json)
       AS f (service text, reports integer, minutes integer, metres integer)
