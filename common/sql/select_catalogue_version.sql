-- Where the catalogue stands; no row before the first is loaded.
SELECT version FROM catalogue
