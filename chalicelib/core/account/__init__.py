"""The account as one graph: a pure function of `/lineage` answers and of what serves the models."""
