"""Intake: small writes that come in a rush, taken in groups.

Owns the queue with its bound, and the group commit: whoever waits is answered
after the transaction that holds their write is on disk. Never knows what is
written: that is the body which another room hands it. Never looks at a clock.
"""
