-- What stands in the place of a phone number's leading zero.
SELECT country_calling_code FROM catalogue
