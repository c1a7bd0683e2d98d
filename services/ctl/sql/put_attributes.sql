-- Inserts the rows of attributes.csv ($1, JSON).
INSERT INTO service_attributes (service, code, position, datatype, required, variable,
                                description_vi, description_en, hint_vi, hint_en)
SELECT service, code, "order", datatype, required, variable, description_vi, description_en,
       coalesce(hint_vi, ''), coalesce(hint_en, '')
  FROM json_to_recordset($1::json)
       AS f (service text, code text, "order" integer, datatype text, required boolean,
             variable boolean, description_vi text, description_en text, hint_vi text,
             hint_en text)
