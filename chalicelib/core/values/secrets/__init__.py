"""Secrets: the names that they are kept under, and how a text gives them away."""
