-- The people of every unit; those of one role stand together.
SELECT unit, role, name, title_vi, title_en, email, phone
  FROM people
 ORDER BY unit COLLATE "C", role COLLATE "C", name COLLATE "C" NULLS FIRST
