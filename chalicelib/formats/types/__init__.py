"""Shapes of the replies, which mypy holds the formats to and from which `openapi.json` is made.

Nothing here is needed at run time, and nothing imports it then. A required key is a promise: it is always present, and
never renamed or retyped. Every other key is present where it has a value, and more of them may come.
"""
