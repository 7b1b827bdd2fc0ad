"""AWS in virtual time: an hour of waiting passes at once, and the same seed gives the same hour."""
