"""Who asked, helped and made.

It owns credits: facts that somebody led to a change that shipped, derived by
one table of rules, marks, entries by hand. It never gives points or a rank.
"""
