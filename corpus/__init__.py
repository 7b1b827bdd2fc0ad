"""The Python sources of the committed pipeline definitions, for the `sagemaker` SDK, versions 2 and 3."""
