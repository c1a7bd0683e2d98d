-- Every unit, ended ones too, by code; validity in days since 1970.
SELECT code, kind, parent, name_vi, name_en, calendar,
       valid_from - DATE '1970-01-01', valid_until - DATE '1970-01-01', successors,
       coalesce(symbol, code)
  FROM units
 ORDER BY code COLLATE "C"
