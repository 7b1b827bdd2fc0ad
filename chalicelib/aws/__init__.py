"""AWS: the questions, the permitted reads, and responses as JSON objects, absences and gaps."""
