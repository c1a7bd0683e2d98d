-- Inserts the rows of routes.csv ($1, JSON).
INSERT INTO routes (service, area, lead, coordinators, valid_from, valid_until, note)
SELECT service, area, lead, coordinators, valid_from, valid_until, coalesce(note, '')
  FROM json_to_recordset($1::json)
       AS f (service text, area text, lead text, coordinators text[], valid_from date,
             valid_until date, note text)
