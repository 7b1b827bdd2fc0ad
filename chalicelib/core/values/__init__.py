"""Values that every other room speaks of, and the pure functions on plain text and documents."""
