"""Reads of one lineage: `story` says which follows which, `collected` what they bring, each other module makes some."""
