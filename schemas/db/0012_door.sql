-- What the door reads before it refuses somebody: whether he was answered before.
GRANT SELECT ON commands TO dunghen_intake;
