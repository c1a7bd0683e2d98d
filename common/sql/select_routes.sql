-- Who leads and who takes part; validity in days since 1970.
SELECT service, area, lead, coordinators,
       valid_from - DATE '1970-01-01', valid_until - DATE '1970-01-01'
  FROM routes
 ORDER BY service COLLATE "C", area COLLATE "C", valid_from NULLS FIRST
