"""Kept `/lineage` answers and what is made of them, in one layout, whoever writes it."""
