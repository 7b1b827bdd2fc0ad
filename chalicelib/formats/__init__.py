"""A `Lineage` to text: one file and one function a part of the answer."""
