"""The scan on AWS's own engine: a schedule and events, a queue of pieces of work, and a store that all write into.

`plan` and `notice` send pieces, `work` does one, `compact` makes the graph of what came. Each may run twice, at any
time and in any order, and may be killed at any statement: what comes of it is the same.
"""
