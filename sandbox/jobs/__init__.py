"""What each type of step does when it runs: one function and one line of the table in `kinds.py` for each."""
