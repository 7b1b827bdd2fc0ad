"""How a step itself is protected, by its settings."""
