"""Reading pain points and what says the same."""
