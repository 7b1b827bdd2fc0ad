"""Reads of one request: many at once, under one deadline, one rate limit and one cache."""
