-- Whom flags reach and who signs, as people read it.
SELECT unit, role, coalesce(name, '') AS name, title_vi AS title, coalesce(email, '') AS email,
       coalesce(phone, '') AS phone
  FROM people
 ORDER BY unit COLLATE "C", role COLLATE "C", name COLLATE "C" NULLS FIRST
