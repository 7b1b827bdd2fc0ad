"""Readers of Describe responses: one for each kind of job, model, package or endpoint.

Each takes one response and returns the fields of `jobs.Job` that it states, without secrets.
"""
