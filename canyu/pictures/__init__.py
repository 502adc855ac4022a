"""What people upload to be looked at.

It owns the check, the re-encoding and the storing of pictures under names
made from their content. It never serves a file as it was sent, and never
knows what a picture is of.
"""
