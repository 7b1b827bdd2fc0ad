"""The graph: which data goes from which step to which, by the definition and by the jobs."""
