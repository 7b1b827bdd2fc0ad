"""Scan of an account into a store: what changed is read, and nothing else."""
