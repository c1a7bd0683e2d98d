-- The last number of every register of letters.
SELECT unit, register, year, last FROM letter_numbers
