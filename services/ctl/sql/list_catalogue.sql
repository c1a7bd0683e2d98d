-- One row for each row of the catalogue: its part, its key and a digest of its
-- content. Two of these lists tell what a load has changed. Retired services
-- and ended units stay in the list.
SELECT part, key, digest
  FROM (SELECT 'calendars' AS part, code AS key, md5(t::text) AS digest FROM calendars AS t
        UNION ALL SELECT 'calendar_hours', concat_ws(' ', calendar, weekday, from_s), md5(t::text)
          FROM calendar_hours AS t
        UNION ALL SELECT 'calendar_days', concat_ws(' ', calendar, day), md5(t::text)
          FROM calendar_days AS t
        UNION ALL SELECT 'units', code, md5(t::text) FROM units AS t
        UNION ALL SELECT 'areas', code, md5(t::text) FROM areas AS t
        UNION ALL SELECT 'services', code, md5(t::text) FROM services AS t
        UNION ALL SELECT 'attributes', concat_ws(' ', service, code), md5(t::text)
          FROM service_attributes AS t
        UNION ALL SELECT 'attribute_values', concat_ws(' ', service, attribute, key), md5(t::text)
          FROM service_attribute_values AS t
        UNION ALL SELECT 'routes', concat_ws(' ', service, area, valid_from), md5(t::text)
          FROM routes AS t
        UNION ALL SELECT 'regimes', concat_ws(' ', code, valid_from), md5(t::text)
          FROM regimes AS t
        UNION ALL SELECT 'regime_limits', concat_ws(' ', regime, valid_from, duty), md5(t::text)
          FROM regime_limits AS t
        UNION ALL SELECT 'reasons', concat_ws(' ', purpose, code), md5(t::text)
          FROM reasons AS t
        UNION ALL SELECT 'people', concat_ws(' ', unit, role, name), md5(t::text)
          FROM people AS t
        UNION ALL SELECT 'templates', concat_ws(' ', name, language), md5(t::text)
          FROM templates AS t
        UNION ALL SELECT 'gateways', channel, md5(t::text) FROM gateways AS t
        UNION ALL SELECT 'attachments', kind, md5(t::text) FROM attachment_limits AS t
        UNION ALL SELECT 'bursts', service, md5(t::text) FROM bursts AS t) AS every
 ORDER BY part COLLATE "C", key COLLATE "C"
