"""Formats of the reply: from a `Lineage` to JSON text, with one file and one function for each part."""
