"""Posture of a step itself, by its settings."""
