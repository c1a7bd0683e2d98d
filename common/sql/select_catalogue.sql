-- The city and its defaults.
SELECT name, city_vi, city_en, country_calling_code, desk FROM catalogue
