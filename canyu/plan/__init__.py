"""What the team said it will do, and why not.

It owns plan items: state, reason, keeper, due release and the topics they
come from. It never hides a no, and never promises by itself.
"""
