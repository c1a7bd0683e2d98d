-- Whoever waits for another's answer is late by his own date, and counted so in public.
GRANT SELECT ON merged_cases TO dunghen_intake;
