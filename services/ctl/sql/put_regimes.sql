-- Inserts the rows of regimes.csv ($1, JSON).
INSERT INTO regimes (code, valid_from, valid_until, name_vi, name_en, approval, apology, receipt,
                     anonymous, extensions, returns, basis)
SELECT code, valid_from, valid_until, name_vi, name_en, approval, apology, receipt, anonymous,
       extensions, returns, basis
  FROM json_to_recordset($1::json)
       AS f (code text, valid_from date, valid_until date, name_vi text, name_en text,
             approval boolean, apology boolean, receipt boolean, anonymous boolean,
             extensions integer, returns integer, basis text)
