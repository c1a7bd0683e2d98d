-- Inserts the rows of units.csv ($1, JSON) or brings them up to date. A unit
-- without a calendar has the default ($2).
INSERT INTO units (code, kind, parent, name_vi, name_en, calendar, valid_from, valid_until,
                   successors, symbol)
SELECT code, kind, parent, name_vi, name_en, coalesce(calendar, $2), valid_from, valid_until,
       successors, symbol
  FROM json_to_recordset($1::json)
       AS f (code text, kind text, parent text, name_vi text, name_en text, calendar text,
             valid_from date, valid_until date, successors text[], symbol text)
    ON CONFLICT (code) DO UPDATE
   SET kind = excluded.kind, parent = excluded.parent, name_vi = excluded.name_vi,
       name_en = excluded.name_en, calendar = excluded.calendar,
       valid_from = excluded.valid_from, valid_until = excluded.valid_until,
       successors = excluded.successors, symbol = excluded.symbol
