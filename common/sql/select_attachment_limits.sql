-- What citizens may attach to a case, by kind.
SELECT kind, max_bytes, max_count FROM attachment_limits ORDER BY kind COLLATE "C"
