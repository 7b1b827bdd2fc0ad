"""Benchmarks: latency against bare boto3, cold start, and what reading a definition costs."""
