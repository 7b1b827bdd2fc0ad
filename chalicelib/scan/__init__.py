"""Keeps a store up to date: reads what changed in the account, and nothing else."""
