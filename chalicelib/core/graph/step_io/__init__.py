"""Inputs and outputs of steps: a table of step types, and a walk over whatever else a step names."""
