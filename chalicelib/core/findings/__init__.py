"""Findings: what is wrong with a place or with the way that data takes."""
