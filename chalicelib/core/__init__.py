"""The meaning of definitions, executions and postures: pure functions over immutable values."""
