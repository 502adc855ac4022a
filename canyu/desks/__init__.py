"""What waits for each person of a team, across their products.

It owns no table: it asks the rooms before it, and says what comes first. It never ranks people
by what waits for them, and shows it to nobody but them and the owners.
"""
