"""Queries: what a caller asks for, read once, with every problem named at once."""
