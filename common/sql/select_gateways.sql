-- How the gateways for short messages are asked, by channel.
SELECT channel, url, method, content_type, headers, body, success, refusal, secrets, timeout_s,
       places, deadline_h
  FROM gateways
 ORDER BY channel COLLATE "C"
