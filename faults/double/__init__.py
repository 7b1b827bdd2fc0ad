"""A SageMaker account with injected latency, rate limits and faults, in a process of its own; never deployed."""
