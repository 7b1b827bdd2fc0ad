"""SageMaker lineage service, from the outside in.

`program`       the command line as a program, with its subcommands
`service`       composition root: the service over its settings, with AWS's own clients
`cli`           subcommands of the command line: arguments in; text and an exit code out
`engine`        the scan on AWS's own engine: a schedule, events, a queue, a store
`web`           a query in; status, headers and body out
`http`          API Gateway's events, whole or refused, and replies: encoding, size, the one shape of errors
`scan`          reads what changed in an account into a store
`routes`        one module for each group of routes: which read follows which, and the body of the reply
`fetch`         many reads at once, under one deadline: scheduler, rate limiter, cache, thread pool
`store`         kept lineages of an account and the graph made of them, in a folder or in S3
`aws`           questions to AWS, the permitted reads, the clients, and AWS's errors as values
`formats`       a `Lineage` to JSON, one file for each part
`tracing`       X-Ray, and nothing of it elsewhere
`static_files`  the page and the API's description
`logs`          the service's own lines, and none of a library's
`terminal`      one line about how far long work is
`settings`      environment variables, checked once
`core`          the meaning: pure, no I/O, no clock
"""

__version__ = "0.2.0"

HOME_URL = "https://sagemaker-lineage.example"
"""Where the project is to be found: what its exports name as their producer. A publisher sets it here, once."""
