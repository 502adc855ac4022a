"""What teams ship.

It owns products, their teams and owners, areas, rings, who gets which ring,
and exposure as told by the product. It never guesses a number of people,
and never makes anybody stay.
"""
