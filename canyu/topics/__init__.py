"""What members raised.

It owns topics, voices, statuses with their reasons, and the team member who
looks after each. It never counts a person twice, and never lets a topic go
without a name on it.
"""
