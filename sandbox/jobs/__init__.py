"""Jobs of each type of step: one function for a type, and one line of the table in `kinds.py`."""
