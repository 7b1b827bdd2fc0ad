"""What must hold when AWS is slow, throttles or breaks, and the account that does so on cue."""
