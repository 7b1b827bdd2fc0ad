"""Formats of other tools that a lineage is given in; each name of `core/query/formats.py` is a module here."""
