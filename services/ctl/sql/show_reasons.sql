-- The reasons that may be given, as people read them.
SELECT purpose, code, name_vi, name_en FROM reasons ORDER BY purpose COLLATE "C", code COLLATE "C"
