-- The choices of every question in their order; those of one stand together,
-- in the order of the questions.
SELECT v.service, v.attribute, v.key, v.name_vi, v.name_en
  FROM service_attribute_values v
  JOIN service_attributes a ON a.service = v.service AND a.code = v.attribute
 ORDER BY v.service COLLATE "C", a.position, v.position
