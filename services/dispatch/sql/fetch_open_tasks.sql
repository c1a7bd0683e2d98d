-- The next piece of what declare_open_tasks has found.
FETCH FORWARD 10000 FROM open_tasks
