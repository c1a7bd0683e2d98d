-- Inserts the rows of attribute_values.csv ($1, JSON), positions in the order of the file.
INSERT INTO service_attribute_values (service, attribute, key, position, name_vi, name_en)
SELECT service, attribute, key,
       row_number() OVER (PARTITION BY service, attribute ORDER BY line)::integer, name_vi, name_en
  FROM json_to_recordset($1::json)
       AS f (service text, attribute text, key text, line integer, name_vi text, name_en text)
