-- Inserts the features of areas.geojson ($1, JSON; the shape as a text in it).
INSERT INTO areas (code, unit, shape)
SELECT code, unit, shape::json
  FROM json_to_recordset($1::json) AS f (code text, unit text, shape text)
