"""Causes of changes: every cause is another change of the same difference."""
