"""Answers over many pipelines: a `listing` of a region, `pages` of it, the `catalog`, and lineages `by_domain`."""
