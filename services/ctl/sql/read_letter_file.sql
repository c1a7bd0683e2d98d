-- The hash of the file of the letter $1.
SELECT hash FROM letter_files WHERE letter = $1::uuid
