"""Posture: how well a bucket, a key or a step's own settings protect the data."""
