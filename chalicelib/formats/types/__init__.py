"""The shapes of the answers: what mypy holds the formats to, and what `openapi.json` is made from.

Nothing here is needed at run time, and nothing imports it then. A required key is a promise: it is always there, and
never renamed or retyped. Every other key is there where there is something to say, and more of them may come.
"""
