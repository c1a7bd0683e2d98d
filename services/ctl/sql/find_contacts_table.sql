-- The table of contacts; null before the ledger's first migration.
SELECT to_regclass('contacts')
