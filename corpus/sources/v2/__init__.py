"""Pipelines written with the SageMaker SDK, version 2."""
