-- How large the database is, and which migration and catalogue are in force.
SELECT pg_database_size(current_database()),
       (SELECT max(number) FROM schema_migrations),
       c.version, c.name, c.city_vi, c.city_en, c.loaded_at
  FROM (SELECT) AS one
  LEFT JOIN catalogue AS c ON true
