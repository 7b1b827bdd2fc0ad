"""SageMaker lineage service, from the outside in.

`program`       the command line as a program, with its subcommands
`service`       composition root: the service over its settings, with AWS's own clients
`cli_diff`      what changed between two kept answers, as a subcommand
`cli_account`   command line about the whole account: scan, impact, account
`web`, `cli`    edges: a query or a command line in; status and text out
`cli_gate`      options of the command line that decide on findings: accepted, known, ending in a failure
`http`          API Gateway's events, whole or refused, and replies: encoding, size, the one shape of errors
`scan`          reads what changed in an account into a store
`routes`        one module for each group of routes: which read follows which, and the body of the reply
`fetch`         many reads at once, under one deadline: scheduler, rate limiter, cache, thread pool
`store`         kept lineages of an account and the graph made of them, in a folder
`aws`           questions to AWS, the permitted reads, the clients, and AWS's errors as values
`formats`       a `Lineage` to JSON, one file for each part
`tracing`       X-Ray, and nothing of it elsewhere
`static_files`  the page and the API's description
`logs`          the service's own lines, and none of a library's
`settings`      environment variables, checked once
`core`          the meaning: pure, no I/O, no clock
"""

__version__ = "0.2.0"

HOME_URL = "https://sagemaker-lineage.example"
"""Where the project is to be found: what its exports name as their producer. A publisher sets it here, once."""
