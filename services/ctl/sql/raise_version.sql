-- Tells running services that the catalogue has changed.
UPDATE catalogue SET version = version + 1 RETURNING version
