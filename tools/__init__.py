"""What develops, checks, shows and packages the service; none of it is deployed."""
