"""Python sources of the pipelines, one package for each generation of the SDK."""
