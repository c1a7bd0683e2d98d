-- Removes what the load that follows in this transaction puts in again. The
-- questions of services that are not in the files ($1, JSON) stay: old cases
-- have answers to them. So do the regimes that are not in the files ($2, JSON).
WITH kept AS (SELECT code FROM json_to_recordset($1::json) AS f (code text)),
     law AS (SELECT code FROM json_to_recordset($2::json) AS f (code text)),
     a AS (DELETE FROM routes),
     b AS (DELETE FROM areas),
     c AS (DELETE FROM service_attribute_values WHERE service IN (SELECT code FROM kept)),
     d AS (DELETE FROM service_attributes WHERE service IN (SELECT code FROM kept)),
     e AS (DELETE FROM calendar_days),
     f AS (DELETE FROM calendar_hours),
     g AS (DELETE FROM regimes WHERE code IN (SELECT code FROM law)),
     h AS (DELETE FROM regime_limits WHERE regime IN (SELECT code FROM law)),
     i AS (DELETE FROM people),
     j AS (DELETE FROM templates),
     k AS (DELETE FROM gateways),
     l AS (DELETE FROM attachment_limits),
     m AS (DELETE FROM bursts)
DELETE FROM calendars
