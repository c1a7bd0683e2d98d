-- Which of the codes ($1, a JSON array) are no unit.
SELECT code FROM json_array_elements_text($1::json) AS f (code)
 WHERE NOT EXISTS (SELECT FROM units AS u WHERE u.code = f.code)
