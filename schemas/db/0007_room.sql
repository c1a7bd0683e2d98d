-- A case's row is updated at least twice, usually together with the others of its page: half a
-- page of room keeps both versions on it (HOT), so that no index has to be touched.
ALTER TABLE cases SET (fillfactor = 45);
