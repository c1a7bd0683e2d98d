-- Every reason, by purpose and code.
SELECT purpose, code, name_vi, name_en
  FROM reasons
 ORDER BY purpose COLLATE "C", code COLLATE "C"
