-- Inserts the rows of attachments.csv ($1, JSON). A megabyte is a million bytes.
INSERT INTO attachment_limits (kind, max_bytes, max_count)
SELECT kind, max_mb * 1000000, max_count
  FROM json_to_recordset($1::json) AS f (kind text, max_mb bigint, max_count integer)
