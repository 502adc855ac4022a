"""People.

It owns members, their faces, invitations, recovery links and keys for
programs. It never knows products, and never hands out a password.
"""
