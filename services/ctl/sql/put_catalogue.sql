-- Sets the city ($1: catalogue.json as an array of one) and raises the version,
-- which is what running services look at. Returns the new version.
INSERT INTO catalogue AS c (version, loaded_at, name, city_vi, city_en, timezone,
                            country_calling_code, desk, calendar)
SELECT 1, now(), name, city_vi, city_en, timezone, country_calling_code, desk, calendar
  FROM json_to_recordset($1::json)
       AS f (name text, city_vi text, city_en text, timezone text, country_calling_code text,
             desk text, calendar text)
    ON CONFLICT (one) DO UPDATE
   SET version = c.version + 1, loaded_at = excluded.loaded_at, name = excluded.name,
       city_vi = excluded.city_vi, city_en = excluded.city_en, timezone = excluded.timezone,
       country_calling_code = excluded.country_calling_code, desk = excluded.desk,
       calendar = excluded.calendar
RETURNING c.version
