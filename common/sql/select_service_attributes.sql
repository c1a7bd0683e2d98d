-- The questions of every service in their order; those of one stand together.
SELECT service, code, datatype, required, variable, description_vi, description_en, hint_vi, hint_en
  FROM service_attributes
 ORDER BY service COLLATE "C", position
