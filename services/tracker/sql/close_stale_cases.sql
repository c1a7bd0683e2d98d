-- Frees what declare_stale_cases holds; no error when it holds nothing.
CLOSE ALL
