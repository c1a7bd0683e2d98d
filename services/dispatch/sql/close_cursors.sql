-- Frees what declare_open_tasks holds; no error when it holds nothing.
CLOSE ALL
