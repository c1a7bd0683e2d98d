-- Which of the cases whose ids follow $1 up to $2 are not at the place that their content tells, or have
-- no name although they came with one, one row a finding. A content has nine digits of a place.
SELECT c.reference, wrong.what
  FROM cases AS c
  LEFT JOIN contents AS w ON w.case_id = c.id AND w.case_id > $1::uuid AND w.case_id <= $2::uuid
  LEFT JOIN events AS e ON e.case_id = c.id AND e.case_id > $1::uuid AND e.case_id <= $2::uuid
                       AND e.type = 'received'
 CROSS JOIN LATERAL (SELECT (w.content ->> 'lat')::float8, (w.content ->> 'lon')::float8)
       AS told (lat, lon)
 CROSS JOIN LATERAL (VALUES
       (w.case_id IS NOT NULL
            AND ((c.lat IS NULL) <> (told.lat IS NULL) OR (c.lon IS NULL) <> (told.lon IS NULL)
                 OR abs(c.lat - told.lat) > 0.000001 OR abs(c.lon - told.lon) > 0.000001),
        'is at another place than its content says'),
       (c.anonymous AND e.detail ->> 'contact' IS NOT NULL,
        'is anonymous, but was received with a contact'))
       AS wrong (is_so, what)
 WHERE c.id > $1::uuid AND c.id <= $2::uuid AND wrong.is_so
 ORDER BY c.id
