"""The seeded town.

It owns a fictional product with its people, made through the services that
everybody uses, and a clock of its own. It never runs outside demo mode.
"""
