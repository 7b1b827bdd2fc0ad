"""The pipeline's definition: what its document says, and what its expressions mean."""
