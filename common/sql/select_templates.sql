-- Every text of letters and messages, by name and language.
SELECT name, language, subject, body
  FROM templates
 ORDER BY name COLLATE "C", language COLLATE "C"
