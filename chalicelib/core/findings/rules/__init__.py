"""Rules: one function for each kind of finding, grouped by what they look at."""
