"""The SageMaker lineage service, from the outside in.

`web`, `cli`   a query or a command line in; status and text out
`lineage`      the story: in which order things are read and thought
`gather`       many reads at once, under one deadline
`aws`          our questions to AWS, and its errors in our words
`tracing`      X-Ray, and nothing of it elsewhere
`formats`      a `Lineage` to JSON, one file a part
`settings`     the environment, checked once
`core`         the meaning: pure, no I/O, no clock
"""

__version__ = "0.2.0"
