"""Runs: what an execution, its steps and their jobs did."""
