"""Pure core: the meaning of definitions, executions and postures, as functions over immutable values.

`account`     the account as one graph: of all lineages, and of what serves the models
`diff`        what changed between two lineages, why, and what it reaches
`lineage`     the lineage of one pipeline as values, or one step of it
`findings`    what is wrong with a place or with the way that data takes
`graph`       which data goes from which step to which
`runs`        what an execution, its steps and their jobs did
`posture`     how well a bucket, a key or a step's own settings protect the data
`definition`  what the pipeline's document says, and what its expressions mean
`query`       what a caller asks for
`values`      values that every other room speaks of
"""
