"""SageMaker lineage service, from the outside in.

`web`, `cli`   edges: a query or a command line in; status and text out
`listings`     pipelines and executions to choose from
`several`      catalogue, and the lineages of a domain
`tables`       feature groups as tables and columns
`lineage`      the lineage, built from what was read
`reading`      which read follows from which
`gather`       many reads at once, under one deadline
`pacing`       rate limiter, after the first throttle
`memory`       cache of AWS's responses, with a time to live
`workers`      thread pool of a request
`aws`          questions to AWS, the permitted reads, and AWS's errors as values
`tracing`      X-Ray, and nothing of it elsewhere
`page`         static files: the page and the API's description
`formats`      a `Lineage` to JSON, one file for each part
`settings`     environment variables, checked once
`core`         the meaning: pure, no I/O, no clock
"""

__version__ = "0.2.0"
