"""What the description of each kind of job, model, package or endpoint says, in the words of `jobs.Job`.

Each reader takes one Describe answer and gives the fields of `Job` that it tells, free of secrets.
"""
