-- What is open is read by sentinel too, which finds there what units have that have ended.
GRANT SELECT ON open_cases TO dunghen_sentinel;
