-- From how many reports on services join them, as people read them.
SELECT b.service, s.name_vi, b.reports, b.minutes, b.metres
  FROM bursts AS b
  JOIN services AS s ON s.code = b.service
 ORDER BY b.service COLLATE "C"
