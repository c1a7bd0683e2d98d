-- Every version of every regime; validity in days since 1970. The first column ties the limits to
-- their version.
SELECT concat_ws(' ', code, valid_from), code, name_vi, name_en,
       valid_from - DATE '1970-01-01', valid_until - DATE '1970-01-01',
       approval, apology, receipt, anonymous, extensions, returns
  FROM regimes
 ORDER BY code COLLATE "C", valid_from NULLS FIRST
