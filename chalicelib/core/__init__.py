"""Pure core: the meaning of definitions, executions and postures, as functions over immutable values."""
