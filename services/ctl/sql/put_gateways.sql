-- Inserts the rows of gateways.csv ($1, JSON).
INSERT INTO gateways (channel, url, method, content_type, headers, body, success, refusal, secrets,
                      timeout_s, places, deadline_h)
SELECT channel, url, method, content_type, headers, body, success, refusal, coalesce(secrets, '{}'),
       timeout, places, deadline
  FROM json_to_recordset($1::json)
       AS f (channel text, url text, method text, content_type text, headers text, body text,
             success text, refusal text, secrets text[], timeout integer, places integer,
             deadline integer)
