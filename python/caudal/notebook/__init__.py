"""What notebooks get: `display` and its kin."""
