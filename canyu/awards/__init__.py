"""The Popcorn award and the wall.

It owns awards, their certificates, gifts and pictures. It proposes only by
the rule fixed before, and never gives an award to noise.
"""
